/** Whether this build is the variant `v2`. */
export const isAutumn: boolean = __TESTUDO_VARIANT__ === 'v2';

/** The banner of the autumn edition; nothing in the usual one. */
export function Edition() {
  if (!isAutumn) return null;
  return (
    <p className="store-edition" data-testid="store-edition">
      <strong>Autumn edition</strong>
      <span>This page changed while the shell stayed where it was.</span>
    </p>
  );
}

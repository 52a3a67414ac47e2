/**
 * Takes the platform's functions whose `arguments` cannot be removed out of a lockdown's sight: engines before Chromium
 * 109 make them so, and the lockdown would give up. It has no business with them: all of them go with the other powers.
 * @returns what puts them back
 */
export function hideOddFunctions(scope: object): () => void {
  const hidden = Object.entries(Object.getOwnPropertyDescriptors(scope)).filter(
    ([, { configurable, value }]) => configurable === true && typeof value === 'function' && isOdd(value as object),
  );
  for (const [name] of hidden) Reflect.deleteProperty(scope, name);
  return () => {
    for (const [name, descriptor] of hidden) Object.defineProperty(scope, name, descriptor);
  };
}

function isOdd(found: object): boolean {
  return Object.getOwnPropertyDescriptor(found, 'arguments')?.configurable === false;
}

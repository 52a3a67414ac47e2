/** single-spa's frozen copy of itself, and parcels: it hands both to the functions of every application. */
const handedOut: readonly RegExp[] = [
  /=Object\.freeze\(\{__proto__:null,get start\(\)\{[^]*?\}\}\)/,
  /mountParcel:\w+\.bind\(\w+\),/,
];

/**
 * A loader that takes out of single-spa 6.0.3 what it hands to applications, and so 1.1 kB gzip of what they could
 * call. The only applications under it are our own slots, which take nothing from it.
 * @throws Error when single-spa does not look as it did
 */
// eslint-disable-next-line import/no-default-export -- rspack demands it of a loader
export default function loneSingleSpa(source: string): string {
  for (const part of handedOut) {
    if (!part.test(source))
      throw new Error(`single-spa lacks ${String(part)}; look at its new version, or leave it whole`);
  }
  return handedOut.reduce((rest, part, index) => rest.replace(part, index === 0 ? '={}' : ''), source);
}

/** What our ends never ask of comlink, each with what is left in its place. */
const unused: readonly (readonly [part: RegExp, rest: string])[] = [
  // Setting a property of the other side, making an object there, another endpoint to it; callbacks that stay here.
  [/ +case "SET"[^]*?(?= +case "APPLY")/, ''],
  [/ +case "CONSTRUCT"[^]*?(?= +case "RELEASE")/, ''],
  [/ {8}set\(_target, prop, rawValue\) \{[^]*?\n {8}\},\n/, ''],
  [/ {8}construct\(_target, rawArgumentList\) \{[^]*?\n {8}\},\n/, ''],
  [/ {12}if \(last === createEndpoint\) \{[^]*?\n {12}\}\n/, ''],
  [/const proxyTransferHandler = \{[^]*?\n\};\n/, ''],
  [/ {4}\["proxy", proxyTransferHandler\],\n/, ''],
  // Our ports are our own; a window's origin tells nothing of them.
  [/ {8}if \(!isAllowedOrigin\([^]*?\n {8}\}\n/, ''],
  [/transferCache\.get\(value\) \|\| \[\]/, '[]'],
  [/const transferCache = new WeakMap\(\);\nfunction transfer\([^]*?\n\}\n/, ''],
  [/function proxy\(obj\) \{[^]*?\n\}\n/, ''],
  [/const proxyMarker = .*\nconst createEndpoint = .*\n/, ''],
  [/export \{ [^}]*\}/, 'export { expose, releaseProxy, wrap }'],
];

/**
 * A loader that takes out of comlink 4.4 what only a foreign end could ask of ours: an end calls, reads and releases,
 * and nothing else. @throws Error when comlink does not look as it did
 */
// eslint-disable-next-line import/no-default-export -- rspack demands it of a loader
export default function plainComlink(source: string): string {
  return unused.reduce((rest, [part, instead]) => {
    if (!part.test(rest)) throw new Error(`comlink lacks ${String(part)}; look at its new version, or leave it whole`);
    return rest.replace(part, instead);
  }, source);
}

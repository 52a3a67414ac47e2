const modifiers = '(?:(?:static|readonly|async|get|set) )*';
const declaration = new RegExp(`^[ \\t]+${modifiers}#(\\w+)`, 'gm');
const subclass = /^(?:export )?(?:abstract )?class \w+(?:<.*>)? extends /m;

/**
 * A loader that makes the `#private` members of our classes ordinary ones with short names, `_0` and up. Engines before
 * Chrome 74 have no private fields; compiled to a WeakMap and its helpers they cost the host worker 2.6 kB gzip.
 * @throws Error for a subclass with private members: its names could meet those of its parent
 */
// eslint-disable-next-line import/no-default-export -- rspack demands it of a loader
export default function privateNames(source: string): string {
  const names = [...new Set(Array.from(source.matchAll(declaration), (match) => match[1] ?? ''))];
  if (names.length === 0) return source;
  if (subclass.test(source)) throw new Error('a subclass has private members; make it a class without parent');
  const uses = new RegExp(`(^[ \\t]+${modifiers}|\\.)#(${names.join('|')})\\b`, 'gm');
  return source.replace(uses, (_, before: string, name: string) => `${before}_${names.indexOf(name).toString(36)}`);
}

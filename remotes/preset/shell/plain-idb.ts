const conveniences = /\nconst readMethods = \[[^]*?\n(?=export \{)/;
const parts = ['function getMethod(', 'async function* iterate('];

/**
 * A loader that takes out of idb 8 the one-request methods of a database and the iteration over cursors: our store opens
 * its transactions itself and reads by range. Each property of each wrapped object was looked up in both first.
 * @throws Error when idb does not look as it did
 */
// eslint-disable-next-line import/no-default-export -- rspack demands it of a loader
export default function plainIdb(source: string): string {
  const found = conveniences.exec(source)?.[0] ?? '';
  if (!parts.every((part) => found.includes(part)))
    throw new Error('idb keeps its conveniences elsewhere; look at its new version, or leave it whole');
  return source.replace(found, '\n');
}

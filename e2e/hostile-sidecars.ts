/** A well-formed sidecar of a remote that is not there. */
export const sidecar = {
  name: 'evil',
  kind: 'model',
  version: '1.0.0',
  build: 'b1',
  api: 1,
  mf: '2.9',
  entry: 'remote.js',
  global: 'testudo_evil_b1',
  exposes: ['./models'],
  files: [{ path: 'remote.js', integrity: `sha384-${'A'.repeat(64)}`, bytes: 10 }],
  capabilities: {},
};
const [file] = sidecar.files;
const at = (path: string): object => ({ entry: path, files: [{ ...file, path }] });
const paths = [
  '../x.js',
  '/etc/passwd',
  'a/../b.js',
  'https://evil.example/x.js',
  '//evil.example/x.js',
  'x.js?y',
  'a\\b',
];
/** What is wrong with a `remote.json`: whole texts, or members laid over `sidecar`. */
export const hostile: readonly unknown[] = [
  ...['', 'null', '[]', '<html>', '{"name":"evil"', '1', '\0', '{"__proto__":{}}'],
  ...[...paths, '', '.hidden', 'data:text/javascript,1', 'a'.repeat(300)].map(at),
  ...['window', 'Array', 'testudo_store_b1', '__proto__', 'testudo_evil_b2'].map((global) => ({ global })),
  ...['store', '../evil', 'Evil', 'constructor', ''].map((name) => ({ name })),
  ...[{ kind: 'x' }, { api: 99 }, { api: '1' }, { mf: 'latest' }, { build: '../b' }, { version: 1 }],
  ...[{ getPublicPath: 'return "https://evil.example"' }, { exposes: [] }, { exposes: ['./evil'] }, { files: [] }],
  ...[{ files: Array.from({ length: 3000 }, (_, n) => ({ ...file, path: `f${n}.js` })) }, { entry: 'other.js' }],
  ...[{ files: [file, file] }, { files: [{ ...file, bytes: 1e15 }] }, { files: [{ ...file, bytes: -1 }] }],
  ...[{ files: [{ ...file, integrity: 'md5-x' }] }, { capabilities: null }, { capabilities: { eval: true } }],
];

/** A group of files that the law of the layers treats alike. */
export interface Place {
  readonly name: string;
  readonly files: RegExp;
  /** names of the places that it may import from, besides itself; `*` for any */
  readonly mayImport: readonly string[];
  /** whether it may import Node's built-in modules */
  readonly node?: true;
}

/** One import that the floors forbid and that is right all the same. */
export interface AllowedEdge {
  readonly from: RegExp;
  readonly to: RegExp;
  readonly reason: string;
}

const GROUND = ['base'];
const FIFTH = ['spec', 'record', 'event', 'catalog', 'access'];
const FOURTH = ['port', 'store'];
const THIRD = ['realm', 'sync', 'mesh'];
const FABRIC = [...GROUND, ...FIFTH, ...FOURTH, ...THIRD, 'host'];

function room(name: string, ...mayImport: readonly string[]): Place {
  return { name, files: new RegExp(`^fabric/${name}/`), mayImport: [...GROUND, ...mayImport] };
}

/** Every file of ours belongs to the first place that matches it; a file without a place is a violation. */
export const places: readonly Place[] = [
  { name: 'test', files: /\.(test|test-d|spec)\.tsx?$/, mayImport: ['*'], node: true },
  { name: 'testing', files: /^fabric\/testing\//, mayImport: FABRIC, node: true },
  { name: 'door', files: /^fabric\/(remote|application|app-sync)\.ts$/, mayImport: FABRIC },
  { name: 'base', files: /^fabric\/(api-version|error|plain|platform|globals\.d)\.ts$/, mayImport: [] },
  room('access'),
  room('catalog'),
  room('record'),
  room('event', 'record'),
  room('spec', 'access', 'record'),
  room('port', ...FIFTH),
  room('store', ...FIFTH),
  room('realm', ...FIFTH, ...FOURTH),
  room('sync', ...FIFTH, ...FOURTH),
  room('mesh', ...FIFTH, ...FOURTH),
  room('host', ...FIFTH, ...FOURTH, ...THIRD),
  {
    name: 'shell-loader',
    files:
      /^shell\/(.+\/)?(page-loader-environment|cache-build-reader|cache-build-store|kept-snapshot|memory-build-store|content-type|trusted-types)\.ts$/,
    mayImport: ['base', 'catalog', 'shell-storage'],
  },
  { name: 'shell-storage', files: /^shell\/(pulse|storage-fault)\.ts$/, mayImport: ['base'] },
  {
    name: 'shell-datasource',
    files: /^shell\/(.+\/)?([^/]+-datasource|indexeddb-connection)\.ts$/,
    mayImport: ['base', 'store', 'shell-storage'],
  },
  {
    name: 'shell-transport',
    files: /^shell\/(.+\/)?[^/]+-transport\.ts$/,
    mayImport: ['base', 'mesh', 'adapter-part'],
  },
  {
    name: 'shell',
    files: /^shell\//,
    mayImport: [...FABRIC, 'door', 'shell-loader', 'shell-storage', 'shell-datasource', 'shell-transport'],
  },
  { name: 'sw', files: /^sw\//, mayImport: ['base', 'catalog'] },
  {
    name: 'server-datasource',
    files: /^server-bridge\/(.+\/)?[^/]+-datasource\.ts$/,
    mayImport: ['base', 'store', 'adapter-part'],
    node: true,
  },
  {
    name: 'server-transport',
    files: /^server-bridge\/(.+\/)?[^/]+-(transport|link)\.ts$/,
    mayImport: ['base', 'mesh', 'adapter-part'],
    node: true,
  },
  {
    name: 'adapter-part',
    files:
      /^server-bridge\/(sqlite-key\.ts|private-directory\.ts|sync-directory\.ts|read-file-if-there\.ts|disk-error\.ts|file-store\/)/,
    mayImport: ['base', 'store'],
    node: true,
  },
  {
    name: 'server-testing',
    files: /^server-bridge\/testing\//,
    mayImport: [...FABRIC, 'testing', 'server-bridge', 'server-datasource', 'server-transport', 'adapter-part'],
    node: true,
  },
  {
    name: 'server-bridge',
    files: /^server-bridge\//,
    mayImport: [...FABRIC, 'door', 'server-datasource', 'server-transport', 'adapter-part', 'configuration'],
    node: true,
  },
  { name: 'fixture-remote', files: /^remotes\/preset\/fixtures\/[^/]+\//, mayImport: ['door'] },
  { name: 'preset', files: /^remotes\/preset\//, mayImport: ['base', 'catalog', 'shell-storage'], node: true },
  { name: 'remote-description', files: /^remotes\/[^/]+\/remote\.config\.ts$/, mayImport: ['preset'] },
  { name: 'remote', files: /^remotes\/[^/]+\//, mayImport: ['door'] },
  { name: 'e2e', files: /^e2e\//, mayImport: ['door'], node: true },
  { name: 'bench', files: /^bench\//, mayImport: ['*'], node: true },
  { name: 'configuration', files: /^testudo\.config\.ts$/, mayImport: ['server-bridge'], node: true },
  { name: 'build', files: /^rspack\.config\.ts$/, mayImport: ['preset', 'remote-description'], node: true },
  { name: 'test-runner', files: /^vitest\.config\.ts$/, mayImport: ['e2e'], node: true },
];

/** What crosses the floors on purpose. */
export const allowedEdges: readonly AllowedEdge[] = [
  {
    from: /^e2e\//,
    to: /^server-bridge\/demo\/start\.ts$/,
    reason: 'scenarios start the real server by its launcher, as a user does',
  },
  {
    from: /^e2e\/run-tests\.ts$/,
    to: /^server-bridge\/demo\/ensure-built\.ts$/,
    reason: 'what is tested is what the launcher would build',
  },
];

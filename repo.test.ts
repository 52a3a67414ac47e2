import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { importSpecifiers } from './e2e/import-specifiers.ts';
import { resolveSpecifier } from './e2e/layer-check.ts';
import { readSources, root } from './e2e/source-files.ts';

const PORTS = [
  { name: 'datasource', made: 'Datasource' },
  { name: 'build-store', made: 'BuildStore' },
  { name: 'transport', made: 'Transport|Link|\\[Link, Link\\]' },
  { name: 'sink', made: 'Sink' },
];
const sources = readSources();
const isTest = (path: string): boolean => /\.(test|test-d|spec)\.tsx?$/.test(path);
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const lineCount = (text: string): number => text.trimEnd().split('\n').length;

/** What is or would be committed: tracked files and new ones that are not ignored. */
function repositoryFiles(): readonly string[] {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root, encoding: 'utf8' });
  return listed.split('\n').filter((path) => path !== '' && existsSync(join(root, path)));
}

/** Files that export a factory of what a port is made of. */
function adaptersOf(made: string): readonly string[] {
  const factory = new RegExp(`export (async )?function \\w+\\([^)]*\\)?[^)]*\\): (Promise<)?(${made})[> ]`);
  const isSource = (path: string): boolean => !isTest(path) && !path.includes('/testing/');
  return [...sources].filter(([path, text]) => isSource(path) && factory.test(text)).map(([path]) => path);
}

/** Files that run a port's suite, with their texts. */
function contractTests(port: string): ReadonlyMap<string, string> {
  const runs = [...sources].filter(
    ([path, text]) => /\.contract(\.browser)?\.test\.ts$/.test(path) && text.includes(`testing/${port}.contract`),
  );
  return new Map(runs);
}

function importsOf([path, text]: readonly [string, string]): readonly (string | undefined)[] {
  return importSpecifiers(text).map((specifier) => resolveSpecifier(path, specifier));
}

describe.each(PORTS)('repo - port $name', ({ name, made }) => {
  const suites = contractTests(name);
  const adapters = adaptersOf(made);

  test('has a contract suite', () => {
    expect(sources.get(`fabric/testing/${name}.contract.ts`)).toMatch(/export function \w+/);
  });

  test('has three adapters at least', () => {
    expect(adapters.length).toBeGreaterThanOrEqual(3);
  });

  test.each(adapters)('%s is run by a contract test', (adapter) => {
    expect([...suites].flatMap(importsOf)).toContain(adapter);
  });

  test.each([...suites.keys()])('%s is 30 lines at most: the laws are in the suite', (path) => {
    expect(lineCount(suites.get(path) ?? '')).toBeLessThanOrEqual(30);
  });
});

describe('repo - laws', () => {
  const rows = existsSync(join(root, 'ARCHITECTURE.md')) ? read('ARCHITECTURE.md').match(/^\| L\d+ \|.*$/gm) : [];

  test('ARCHITECTURE.md lists L1 to L14 in order', () => {
    const ids = (rows ?? []).map((row) => row.split('|')[1]?.trim());
    expect(ids).toEqual(Array.from({ length: 14 }, (_, index) => `L${index + 1}`));
  });

  test.each(rows ?? [])('%s', (row) => {
    const suites = [...(row.split('|')[3] ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
    for (const suite of suites) expect(existsSync(join(root, suite)), `${suite} does not exist`).toBe(true);
    if (suites.length === 0) expect(row).toContain('not built yet');
  });
});

describe('repo - durability', () => {
  test('every test that docs/durability.md names is there', () => {
    const named = [...read('docs/durability.md').matchAll(/`([\w.-]+(?:\/[\w.-]+)+\.ts)`/g)].map(
      (match) => match[1] ?? '',
    );
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

describe('repo - files', () => {
  test('none names a machine path or a registry', () => {
    const machine = [
      ['', 'work', 'main'],
      ['', 'work', 'shared'],
      ['', 'root', '.'],
      ['', 'home', ''],
    ].map((part) => part.join('/'));
    const registry = /"resolved": "h[t]tp|^registry\s*=|\/\/(registry|npm)\.[a-z]/m;
    const guilty = repositoryFiles().filter((path) => {
      const text = read(path);
      return machine.some((place) => text.includes(place)) || registry.test(text);
    });
    expect(guilty).toEqual([]);
  });

  test('sources have 400 lines at most', () => {
    const long = [...sources]
      .filter(([, text]) => lineCount(text) > 400)
      .map(([path, text]) => `${path}: ${lineCount(text)}`);
    expect(long).toEqual([]);
  });

  test('README has 150 lines at most, ARCHITECTURE 250', () => {
    expect(lineCount(read('README.md'))).toBeLessThanOrEqual(150);
    expect(lineCount(read('ARCHITECTURE.md'))).toBeLessThanOrEqual(250);
  });

  test('.ci/run is executable', () => {
    expect(statSync(join(root, '.ci/run')).mode & 0o111).not.toBe(0);
  });
});

describe('repo - packages', () => {
  const manifests = repositoryFiles().filter((path) => /(^|\/)package\.json$/.test(path));

  test.each(manifests)('%s pins every version', (path) => {
    const manifest = JSON.parse(read(path)) as Record<string, Record<string, string> | undefined>;
    const ranges = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((key) =>
      Object.entries(manifest[key] ?? {}),
    );
    for (const [name, version] of ranges) expect(version, name).toMatch(/^(npm:.+@)?\d+\.\d+\.\d+(-[\w.]+)?$/);
  });

  test('.npmrc keeps registry addresses out of the lock file', () => {
    expect(read('.npmrc')).toMatch(/^omit-lockfile-registry-resolved=true$/m);
  });
});

test('repo - the public door of fabric exports these names and no others', () => {
  const door = read('fabric/remote.ts');
  const exported = (form: RegExp): readonly string[] =>
    [...door.matchAll(form)].flatMap((match) =>
      (match[1] ?? '')
        .split(',')
        .map((name) => name.trim())
        .filter(Boolean),
    );
  expect(exported(/^export \{([^}]*)\}/gm)).toMatchInlineSnapshot(`
    [
      "defineModel",
      "eventMask",
      "freezeProperties",
      "requireProperties",
      "validateProperties",
    ]
  `);
  expect([...exported(/^export type \{([^}]*)\}/gm)].sort()).toMatchInlineSnapshot(`
    [
      "Adapter",
      "AppEvents",
      "AppModels",
      "AppObject",
      "AppPlatform",
      "AppProps",
      "AppShell",
      "Application",
      "Catalog",
      "CatalogRemote",
      "CommandSpec",
      "DatasourceSpec",
      "Disposable",
      "DomainEvent",
      "DoneStep",
      "DueStep",
      "ErrorCode",
      "EventContext",
      "EventFunction",
      "EventHandlerSpec",
      "FactoryContext",
      "FieldRule",
      "FlowState",
      "HistoryEntry",
      "HistoryPage",
      "HistoryQuery",
      "HostEvent",
      "HostReport",
      "ListenOptions",
      "Mixin",
      "ModelClient",
      "ModelObject",
      "ModelReport",
      "ModelSpec",
      "ObjectContext",
      "ObjectDatasource",
      "ObjectState",
      "ObjectSync",
      "Plain",
      "PlainRecord",
      "PortCall",
      "PortSpec",
      "RefusedWrite",
      "RelationSpec",
      "ServiceContext",
      "ServiceFactory",
      "ServiceRequest",
      "ServiceResponse",
      "StandardSchema",
      "StorageStanding",
      "SyncStanding",
      "SyncState",
      "ValidationContext",
      "WireError",
    ]
  `);
});

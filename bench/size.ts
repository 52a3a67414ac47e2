import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** One row of a report, as `npm run size -- --json` and `npm run bench -- --json` print it. */
interface Measure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** the budget of DESIGN, section 13; `null` where it sets none */
  readonly limit: number | null;
  readonly peer: string | null;
  readonly ratio: number | null;
  readonly ok: boolean;
}

interface BuiltRemote {
  readonly name: string;
  readonly kind: string;
  readonly entryBytes: number;
}

const dist = join(import.meta.dirname, '../dist');
const EMPTY_MODEL_LIMIT = 4000;
const PROGRAM_LIMITS: Readonly<Record<string, number>> = {
  'shell.js': 40_000,
  'host.js': 25_000,
  'realm.js': 30_000,
  'lockdown.js': 28_000,
  'sw.js': 8000,
};

function gzipBytes(path: string): number {
  if (!existsSync(path)) throw new Error(`${path} is not there; run "npm run build" first`);
  return gzipSync(readFileSync(path), { level: 9 }).length;
}

function measure(name: string, value: number, limit: number | null): Measure {
  return { name, value, unit: 'bytes gzip', limit, peer: null, ratio: null, ok: limit === null || value <= limit };
}

function readJson(path: string): Readonly<Record<string, unknown>> {
  return JSON.parse(readFileSync(path, 'utf8')) as Readonly<Record<string, unknown>>;
}

function readRemote(buildsPath: string): BuiltRemote {
  const folder = join(dist, buildsPath, '..', String(readJson(join(dist, buildsPath))['latest']));
  const sidecar = readJson(join(folder, 'remote.json'));
  const entryBytes = gzipBytes(join(folder, String(sidecar['entry'])));
  return { name: String(sidecar['name']), kind: String(sidecar['kind']), entryBytes };
}

/** Entries of all remotes; the smallest model is the nearest to an empty one, so it bounds what the preset adds. */
function measureRemotes(): readonly Measure[] {
  const remotes = globSync('remotes/*/builds.json', { cwd: dist }).sort().map(readRemote);
  const models = remotes.filter(({ kind }) => kind === 'model').sort((a, b) => a.entryBytes - b.entryBytes);
  const smallest = models[0]?.name;
  return remotes.map(({ name, kind, entryBytes }) =>
    measure(`${kind} remote ${name}: entry`, entryBytes, name === smallest ? EMPTY_MODEL_LIMIT : null),
  );
}

function print(measures: readonly Measure[]): void {
  for (const { name, value, limit, ok } of measures) {
    const budget = limit === null ? '' : `of ${String(limit).padStart(6)}  ${ok ? 'ok' : 'OVER'}`;
    console.log(`${name.padEnd(38)} ${String(value).padStart(7)} ${budget}`);
  }
}

function main(): void {
  const programs = Object.entries(PROGRAM_LIMITS).map(([file, limit]) =>
    measure(`shell program ${file}`, gzipBytes(join(dist, 'shell', file)), limit),
  );
  const measures = [...programs, ...measureRemotes()];
  if (process.argv.includes('--json')) console.log(JSON.stringify(measures));
  else print(measures);
  if (measures.some(({ ok }) => !ok)) process.exitCode = 1;
}

try {
  main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

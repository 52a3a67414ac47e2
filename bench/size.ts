import { globSync, readFileSync } from 'node:fs';
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
  /** within its budget */
  readonly ok: boolean;
}

interface BuiltRemote {
  readonly name: string;
  readonly kind: string;
  readonly entryBytes: number;
}

const dist = join(import.meta.dirname, '../dist');
const EMPTY_MODEL_LIMIT = 4000;
/** The frame is in the page itself: nothing else is fetched before it is painted. */
const FIRST_PAINT = ['index.html', 'styles/design.css', 'styles/shell.css'];
const FIRST_PAINT_LIMIT = 15_000;
const PROGRAM_LIMITS: Readonly<Record<string, number>> = {
  'shell.js': 40_000,
  'update.js': 4000,
  'arrow-keys.js': 2000,
  'keeping.js': 6200,
  // Storage, sync and mesh; what runs models is the chunk beside it, which every host loads while storage opens.
  'host.js': 25_000,
  'runtime.*.js': 17_500,
  // Of a copy with more objects than a few: states that are read when they are asked for.
  'blocks.*.js': 2000,
  'intake.*.js': 6000,
  'flows.*.js': 5000,
  'memory.*.js': 2000,
  'queries.*.js': 3000,
  // Of a browser without a server: order, log, retention, history; ops that end their realm; what it forwards.
  'authority.*.js': 18_000,
  'deadly.*.js': 2000,
  'sinks.*.js': 5000,
  'compaction.*.js': 4500,
  'damage.*.js': 5500,
  'hand-over.*.js': 5000,
  'stores.*.js': 2000,
  'objects.*.js': 5000,
  'include.*.js': 2500,
  'configure.*.js': 3000,
  'realms.*.js': 5000,
  'inspect.*.js': 2500,
  'calls.*.js': 4000,
  'realm.js': 30_000,
  'realm-legacy.js': 12_000,
  'realm-wasm.js': 10_000,
  'realm-residents.js': 5250,
  'polyfills.js': 8000,
  'lockdown.js': 28_000,
  'sw.js': 8000,
};

/** @param pattern of one file; a lazy chunk has a digest in its name */
function gzipBytes(pattern: string): number {
  const [path] = globSync(pattern);
  if (path === undefined) throw new Error(`${pattern} is not there; run "npm run build" first`);
  return gzipSync(readFileSync(path), { level: 9 }).length;
}

function measure(name: string, value: number, limit: number | null): Measure {
  const ok = limit === null || value <= limit;
  return { name, value, unit: 'bytes gzip', limit, peer: null, ratio: null, ok };
}

function measureProgram(file: string, limit: number): Measure {
  return measure(`shell program ${file}`, gzipBytes(join(dist, 'shell', file)), limit);
}

/** Programs that no budget names: the bundler makes a chunk of its own of what many chunks share. */
function demandBudgets(): void {
  const named = new Set(Object.keys(PROGRAM_LIMITS).flatMap((file) => globSync(file, { cwd: join(dist, 'shell') })));
  const others = globSync('*.js', { cwd: join(dist, 'shell') }).filter((file) => !named.has(file));
  if (others.length > 0) throw new Error(`no budget names ${others.join(' ')}; give each a name and a limit here`);
}

function measureFirstPaint(): Measure {
  const bytes = FIRST_PAINT.map((file) => gzipBytes(join(dist, 'shell', file)));
  return measure('shell up to first paint: page, styles', sum(bytes), FIRST_PAINT_LIMIT);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
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
  for (const one of measures) {
    const budget = one.limit === null ? '' : `of ${String(one.limit).padStart(6)}  ${one.ok ? 'ok' : 'OVER'}`;
    console.log(`${one.name.padEnd(38)} ${String(one.value).padStart(7)} ${budget}`);
  }
}

function main(): void {
  demandBudgets();
  const programs = Object.entries(PROGRAM_LIMITS).map(([file, limit]) => measureProgram(file, limit));
  const measures = [measureFirstPaint(), ...programs, ...measureRemotes()];
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

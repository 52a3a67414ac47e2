import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import type { Mutant } from './mutants.ts';
import type { SyncKit } from './sync-kit.ts';

const fabric = fileURLToPath(new URL('../..', import.meta.url));
const scratch = join(fabric, '../.testudo/mutants');
/** What the code loads when it is first needed is loaded before: virtual time would not wait for it. */
const lateParts = [
  'store/look-up.ts',
  'sync/authority-damage.ts',
  'sync/lost-record.ts',
  'sync/authority-traces.ts',
  'sync/replica-damage.ts',
  'sync/compaction.ts',
  'sync/gone-ids.ts',
  'sync/rename-replica.ts',
  'sync/dismiss-op.ts',
  'sync/state-groups.ts',
  'sync/rare-exchanges.ts',
  'sync/outdated-requests.ts',
  'sync/state-blocks.ts',
];
const copied = ['error.ts', 'record', 'store', 'sync'];

/** The code under test with one fault, from a copy of its sources. Removes the copy of an earlier run. */
export async function loadMutant({ name, file, find, replace }: Mutant): Promise<SyncKit> {
  const home = join(scratch, name.replaceAll(' ', '-'));
  await rm(home, { recursive: true, force: true });
  for (const part of copied) await copy(part, home);
  const source = await readFile(join(home, file), 'utf8');
  if (source.split(find).length !== 2) throw new Error(`mutant "${name}": ${file} no longer has exactly one: ${find}`);
  await writeFile(
    join(home, file),
    source.replace(find, () => replace),
  );
  return importKit(home);
}

async function copy(part: string, home: string): Promise<void> {
  await mkdir(dirname(join(home, part)), { recursive: true });
  await cp(join(fabric, part), join(home, part), { recursive: true, filter: (path) => !path.endsWith('.test.ts') });
}

async function importKit(home: string): Promise<SyncKit> {
  const load = (file: string): Promise<unknown> => import(/* @vite-ignore */ pathToFileURL(join(home, file)).href);
  const parts = await Promise.all(
    [
      'record/diff.ts',
      'record/merge.ts',
      ...lateParts,
      'store/commit-queue.ts',
      'store/record-codec.ts',
      'store/without-doubt.ts',
      'sync/authority.ts',
      'sync/replica.ts',
    ].map(load),
  );
  return Object.assign({}, ...(parts as object[])) as SyncKit;
}

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { appSwitch } from './app-switch.ts';
import { authorityOps } from './authority-ops.ts';
import { boot } from './boot.ts';
import { browserObjects } from './browser-objects.ts';
import { breaker } from './breaker.ts';
import { flowSteps } from './flow-steps.ts';
import { broker } from './broker.ts';
import { computePool } from './compute-pool.ts';
import { indexeddbCommits } from './indexeddb-commits.ts';
import type { Group, Row } from './measure.ts';
import { meshFanOut } from './mesh-fan-out.ts';
import { meshRequest } from './mesh-request.ts';
import { installPeers } from './peers.ts';
import { modelObjects } from './model-objects.ts';
import { portCall } from './port-call.ts';
import { queries } from './queries.ts';
import { realmCall } from './realm-call.ts';
import { relationCall } from './relation-call.ts';
import { replicaObjects } from './replica-objects.ts';
import { asJson, asMarkdown, asTable } from './report.ts';
import { serverCommits } from './server-commits.ts';
import { wasm } from './wasm.ts';

const groups: readonly Group[] = [
  portCall,
  flowSteps,
  breaker,
  realmCall,
  wasm,
  relationCall,
  broker,
  modelObjects,
  queries,
  computePool,
  meshRequest,
  meshFanOut,
  serverCommits,
  authorityOps,
  replicaObjects,
  indexeddbCommits,
  browserObjects,
  appSwitch,
  boot,
];

interface Measured {
  readonly rows: readonly Row[];
  /** how to read rows; what could not be measured, and why */
  readonly notes: readonly string[];
}

/** Rows whose name has this part; a group is run when one of its rows may be meant. */
async function measureAll(only: string, progress: (line: string) => void): Promise<Measured> {
  const wanted = groups.filter(({ name }) => name.includes(only) || only.includes(name));
  const rows: Row[] = [];
  const notes: string[] = [];
  for (const group of wanted) {
    progress(`${group.name} …`);
    try {
      rows.push(...(await group.run()));
      if (group.remark !== undefined) notes.push(group.remark);
    } catch (error) {
      notes.push(`Not measured: ${group.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { rows: rows.filter(({ name }) => name.includes(only)), notes };
}

function writeMarkdown({ rows, notes }: Measured): void {
  const folder = join(import.meta.dirname, '../docs');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'measurements.md'), asMarkdown(rows, notes));
  console.log('docs/measurements.md was written');
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { json: { type: 'boolean' }, markdown: { type: 'boolean' }, only: { type: 'string' } },
  });
  const progress = (line: string): void => console.error(line);
  const absent = installPeers();
  const missing =
    absent.length === 0
      ? []
      : [`Not measured: ${absent.join(', ')}: could not be installed in bench/; is a package registry in reach?`];
  const { rows, notes } = await measureAll(values.only ?? '', progress);
  const measured = { rows, notes: [...missing, ...notes] };
  for (const note of measured.notes) progress(note);
  if (values.json) console.log(asJson(rows));
  else if (values.markdown) writeMarkdown(measured);
  else console.log(asTable(rows));
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
// A peer that cannot be closed wholly (the sockets by which Feathers finds others) must not keep the run alive.
process.stdout.write('', () => process.exit());

import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { line } from '../test-summary.ts';
import type { Tally } from '../test-summary.ts';
import { areEnginesInstalled, televisions } from './engines.ts';
import { runSteps, steps } from './scenario.ts';

const folder = import.meta.dirname;
const results = join(folder, '../../test-results');

function install(): void {
  if (areEnginesInstalled()) return;
  console.log('installing the Chromiums of televisions (220 MB)');
  spawnSync('npm', ['install', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'inherit' });
  if (!areEnginesInstalled()) throw new Error('the engines could not be installed; is the registry reachable?');
}

/** How many steps of an engine passed. */
async function runEngine(major: number): Promise<number> {
  let passed = 0;
  const name = `Chromium ${major} (${televisions[major]})`;
  const report = (step: { readonly name: string }, error: unknown): void => {
    console.log(`${error === null ? 'ok    ' : 'FAILED'} ${name} - ${step.name}`);
    if (error === null) passed += 1;
    else console.error(error instanceof Error ? error.message : error);
  };
  await runSteps(major, report).catch((error: unknown) => report({ name: 'it starts, and stops' }, error));
  return passed;
}

async function main(): Promise<void> {
  mkdirSync(results, { recursive: true });
  install();
  const asked = process.argv.slice(2).map(Number);
  const majors = asked.length > 0 ? asked : Object.keys(televisions).map(Number);
  let passed = 0;
  for (const major of majors) passed += await runEngine(major);
  const tally: Tally = { passed, failed: majors.length * steps.length - passed, skipped: 0 };
  writeFileSync(join(results, 'tv.json'), JSON.stringify(tally));
  console.log(line(tally));
  process.exitCode = tally.failed > 0 ? 1 : 0;
}

await main();

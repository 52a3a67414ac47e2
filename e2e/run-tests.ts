import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { ensureChromium } from './chromium.ts';
import { extraSuites } from './extra-suites.ts';
import { brokeOff, flakyTests, honest, line, playwrightTally, total, vitestTally } from './test-summary.ts';
import type { Tally } from './test-summary.ts';

const root = join(import.meta.dirname, '..');
const results = join(root, 'test-results');
const none: Tally = { passed: 0, failed: 0, skipped: 0 };

function demandPrerequisites(): string {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 24)
    throw new Error(`Node ${process.versions.node} runs this, Testudo needs 24 or newer; install it from nodejs.org`);
  if (!existsSync(join(root, 'node_modules/vitest')))
    throw new Error('dependencies are missing; run "npm install" first');
  return ensureChromium();
}

function run(args: readonly string[], chromium: string): number {
  console.log(`\n> node ${args.join(' ')}`);
  const env = { ...process.env, TESTUDO_CHROMIUM: chromium };
  const ended = spawnSync(process.execPath, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env });
  return ended.status ?? 1;
}

/** A runner's tally from the JSON report that it wrote; without one it counts as one failure. */
function tallyOf<Report>(path: string, exitCode: number, read: (report: Report) => Tally): Tally {
  if (!existsSync(path)) return honest(none, 1);
  return honest(read(JSON.parse(readFileSync(path, 'utf8')) as Report), exitCode);
}

/** In CI a run that broke off is begun anew, once, as its browser tests are: it is told, so that it is not forgotten. */
function runVitest(chromium: string): Tally {
  const report = join(results, 'vitest.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const once = (): { readonly exitCode: number; readonly tally: Tally } => {
    const exitCode = run(['node_modules/vitest/vitest.mjs', 'run', ...reporters], chromium);
    return { exitCode, tally: tallyOf(report, 0, vitestTally) };
  };
  let ran = once();
  if (process.env['CI'] !== undefined && brokeOff(ran.tally, ran.exitCode)) {
    console.log('flaky: vitest broke off though no test had failed (see above which process ended); it is run again');
    ran = once();
  }
  return honest(ran.tally, ran.exitCode);
}

function runPlaywright(chromium: string): Tally {
  const config = ['-c', 'e2e/playwright.config.ts', '--pass-with-no-tests'];
  const exitCode = run(['node_modules/@playwright/test/cli.js', 'test', ...config], chromium);
  return tallyOf(join(results, 'playwright.json'), exitCode, playwrightTally);
}

/** Names each browser test that needed a second run, so that it is mended and not forgotten. */
function tellFlaky(): void {
  const report = join(results, 'playwright.json');
  if (!existsSync(report)) return;
  for (const name of flakyTests(JSON.parse(readFileSync(report, 'utf8')) as Parameters<typeof flakyTests>[0]))
    console.log(`flaky, passed when run again: ${name}`);
}

/** Suites with packages of their own, each run by its own program, which leaves its tally behind. */
function runExtraSuites(chromium: string): Readonly<Record<string, Tally>> {
  const parts: Record<string, Tally> = {};
  for (const { name, program, left } of extraSuites(root, process.env)) {
    if (left === null) {
      const exitCode = run([program], chromium);
      parts[name] = tallyOf(join(results, `${name}.json`), exitCode, (tally: Tally) => tally);
    } else console.log(`\n${left}`);
  }
  return parts;
}

function summarise(parts: Readonly<Record<string, Tally>>): Tally {
  const all = total(Object.values(parts));
  writeFileSync(join(results, 'summary.json'), JSON.stringify({ ...all, parts }, null, 2));
  console.log('');
  for (const [name, tally] of Object.entries(parts)) console.log(`${name}: ${line(tally)}`);
  tellFlaky();
  console.log(line(all));
  return all;
}

/** Builds what is stale; what ends badly counts as one failure. Needs the dependencies, whose absence was told before. */
async function build(): Promise<Tally> {
  try {
    const { ensureBuilt } = await import('../server-bridge/demo/ensure-built.ts');
    await ensureBuilt(root, (text) => console.log(text));
    return none;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return honest(none, 1);
  }
}

async function main(): Promise<void> {
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results, { recursive: true });
  const chromium = demandPrerequisites();
  const built = await build();
  if (built.failed > 0) {
    summarise({ build: built });
    process.exitCode = 1;
    return;
  }
  const all = summarise({
    vitest: runVitest(chromium),
    playwright: runPlaywright(chromium),
    ...runExtraSuites(chromium),
  });
  if (all.failed > 0) process.exitCode = 1;
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  summarise({ prerequisites: honest(none, 1) });
  process.exitCode = 1;
}

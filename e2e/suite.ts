import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { line, type Tally } from './test-summary.ts';

/** A suite of few, long tests that drives browsers by itself; a line each, and `test-results/<name>.json`. */
export interface Suite {
  /** Runs one test. @returns whether it passed; when not, its error is printed and the program will exit with 1 */
  test(title: string, body: () => Promise<void>): Promise<boolean>;
  /** Counts a test that cannot run here, and says why. */
  skip(title: string, reason: string): void;
  /** Writes the tally and the exit code; a suite in which nothing passed or was skipped has failed. */
  finish(): void;
}

/** Opens a suite. @param name of its result file */
export function openSuite(name: string): Suite {
  const tally = { passed: 0, failed: 0, skipped: 0 };
  return {
    async test(title, body) {
      const startedMs = performance.now();
      const seconds = (): string => `${((performance.now() - startedMs) / 1000).toFixed(1)} s`;
      try {
        await body();
        tally.passed += 1;
        console.log(`passed   ${title} (${seconds()})`);
        return true;
      } catch (error) {
        tally.failed += 1;
        console.log(`FAILED   ${title} (${seconds()})`);
        console.error(error);
        return false;
      }
    },
    skip(title, reason) {
      tally.skipped += 1;
      console.log(`skipped  ${title}: ${reason}`);
    },
    finish: () => write(name, tally),
  };
}

function write(name: string, tally: Tally): void {
  const isEmpty = tally.passed + tally.failed + tally.skipped === 0;
  const counted: Tally = isEmpty ? { ...tally, failed: 1 } : tally;
  const results = join(import.meta.dirname, '../test-results');
  mkdirSync(results, { recursive: true });
  writeFileSync(join(results, `${name}.json`), JSON.stringify(counted));
  console.log(`${name}: ${line(counted)}`);
  if (counted.failed > 0) process.exitCode = 1;
}

import { expect, test } from 'vitest';

import { brokeOff, flakyTests, honest, line, playwrightTally, total, vitestTally } from './test-summary.ts';

test('summary - a test file that failed to load counts as a failure', () => {
  const report = {
    numPassedTests: 3,
    numFailedTests: 1,
    numPendingTests: 0,
    numTodoTests: 1,
    testResults: [
      { status: 'failed', assertionResults: [] },
      { status: 'failed', assertionResults: [{}] },
      { status: 'passed', assertionResults: [{}, {}, {}] },
    ],
  };
  expect(vitestTally(report)).toEqual({ passed: 3, failed: 2, skipped: 1 });
});

test('summary - a flaky test has passed, and is told by its name', () => {
  const specs = [
    { file: 'a.spec.ts', title: 'always', tests: [{ status: 'expected' }] },
    { file: 'a.spec.ts', title: 'the second time', tests: [{ status: 'flaky' }] },
  ];
  const stats = { expected: 4, unexpected: 2, flaky: 1, skipped: 0 };
  expect(playwrightTally({ stats })).toEqual({ passed: 5, failed: 2, skipped: 0 });
  expect(flakyTests({ suites: [{ suites: [{ specs }] }, {}] })).toEqual(['a.spec.ts › the second time']);
});

test('summary - a runner that exits with an error is never green', () => {
  expect(brokeOff({ passed: 5, failed: 0, skipped: 0 }, 1)).toBe(true);
  expect(brokeOff({ passed: 5, failed: 2, skipped: 0 }, 1)).toBe(false);
  expect(brokeOff({ passed: 5, failed: 0, skipped: 0 }, 0)).toBe(false);
  expect(honest({ passed: 5, failed: 0, skipped: 0 }, 1).failed).toBe(1);
  expect(honest({ passed: 5, failed: 2, skipped: 0 }, 1).failed).toBe(2);
});

test('summary - the line names skipped tests only where there are some', () => {
  const some = total([
    { passed: 1, failed: 0, skipped: 0 },
    { passed: 2, failed: 1, skipped: 3 },
  ]);
  expect(line(some)).toBe('3 passed, 1 failed, 3 skipped');
  expect(line({ passed: 1, failed: 0, skipped: 0 })).toBe('1 passed, 0 failed');
});

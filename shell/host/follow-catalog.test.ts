import type { Snapshot } from '@testudo/fabric/catalog/admission-api';
import { TestudoError } from '@testudo/fabric/error';
import { expect, test } from 'vitest';

import { followCatalog } from './follow-catalog.ts';

const kept = {
  revision: 3,
  builds: [{ remote: { integrity: 'a' } }, { remote: { integrity: 'b' } }],
} as unknown as Snapshot;
const catalogue = { schema: 1, revision: 3, remotes: [{ integrity: 'b' }, { integrity: 'a' }] };

/** A follower over what a test keeps and serves; `log` holds what happened, in order. */
function setUp(now: { kept?: Snapshot; document?: unknown; isIntakeThere?: boolean; isStoreSlow?: boolean }) {
  const log: string[] = [];
  const follower = followCatalog({
    builds: { current: async () => now.kept },
    host: {
      async useSnapshot({ revision }) {
        log.push(`use ${revision}`);
        if (now.isStoreSlow) throw new TestudoError('DEADLINE', 'the store says nothing');
      },
      inspect: () => Promise.reject(new Error('not asked')),
    },
    async fetchCatalog() {
      if (now.document === undefined) throw new TestudoError('UNAVAILABLE', 'no network');
      return now.document;
    },
    async loadIntake() {
      if (now.isIntakeThere === false) throw new TestudoError('LOAD_FAILED', 'no network');
      log.push('load');
      return { begin: async () => void log.push('begin'), refresh: async () => void log.push('refresh') };
    },
    onError: (error) => log.push(`error ${(error as TestudoError).code}`),
  });
  return { follower, log, now };
}

test('a device that has what the catalogue says runs it, without the intake', async () => {
  const { follower, log } = setUp({ kept, document: catalogue });
  await follower.start();
  await follower.refresh();
  expect(log).toEqual(['use 3']);
});

test('a first visit, another catalogue, one that cannot be had and one that is none are left to the intake', async () => {
  const first = setUp({ document: catalogue });
  await first.follower.start();
  await first.follower.refresh();
  expect(first.log).toEqual(['load', 'begin', 'refresh']);
  const others = [
    { ...catalogue, revision: 4 },
    { ...catalogue, remotes: [{ integrity: 'a' }, { integrity: 'c' }] },
    { ...catalogue, remotes: [{ integrity: 'a' }] },
    { ...catalogue, remotes: [null, 1] },
    { ...catalogue, remotes: 'ab' },
    undefined,
    null,
    'catalogue',
  ];
  for (const document of others) {
    const { follower, log } = setUp({ kept, document });
    await follower.refresh();
    expect(log, JSON.stringify(document)).toEqual(['load', 'refresh']);
  }
});

test('an intake that cannot be loaded is reported, and asked for again', async () => {
  const { follower, log, now } = setUp({ document: catalogue, isIntakeThere: false });
  await follower.start();
  await follower.refresh();
  now.isIntakeThere = true;
  await follower.refresh();
  expect(log).toEqual(['error LOAD_FAILED', 'error LOAD_FAILED', 'load', 'refresh']);
});

test('what could not be used at the start is used anew at each refresh, until it is; the catalogue being the same', async () => {
  const { follower, log, now } = setUp({ kept, document: catalogue, isStoreSlow: true });
  await follower.start();
  await follower.refresh();
  now.isStoreSlow = false;
  await follower.refresh();
  await follower.refresh();
  expect(log).toEqual(['use 3', 'error DEADLINE', 'use 3', 'error DEADLINE', 'use 3']);
});

import { expect, onTestFinished, test } from 'vitest';
import { cdp } from 'vitest/browser';
import { indexeddbDatasource } from './indexeddb-datasource.ts';

interface Quotas {
  send(method: 'Storage.overrideQuotaForOrigin', parameters: { origin: string; quotaSize?: number }): Promise<unknown>;
}

const { origin } = location;
const quotas = cdp() as unknown as Quotas;
const unlimited = (): Promise<unknown> => quotas.send('Storage.overrideQuotaForOrigin', { origin });

/** Leaves room for so many bytes more than what is used. */
async function leaveRoom(sizeBytes: number): Promise<void> {
  const { usage = 0 } = await navigator.storage.estimate();
  await quotas.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: usage + sizeBytes });
  onTestFinished(async () => void (await unlimited()));
}

const incompressible = (): string => Array.from(crypto.getRandomValues(new Uint32Array(16_000)), String).join('');
/** a commit of four records that belong together */
const batch = (n: number) =>
  [0, 1, 2, 3].map((part) => ({ collection: 'c', key: `${n} ${part}`, value: incompressible() }));

test('no room in the middle of a batch: what is not acknowledged is not there at all, the rest is, and it goes on when there is room', async () => {
  // Chromium looks at a quota again only after a while: it is set before the origin is written to.
  await leaveRoom(4_000_000);
  const store = await indexeddbDatasource({ name: crypto.randomUUID(), fence: true });
  const outcomes: PromiseSettledResult<void>[] = [];
  for (let n = 0; n < 12; n += 1) outcomes.push(...(await Promise.allSettled([store.commit(batch(n))])));
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
  expect(refused.length).toBeGreaterThan(0);
  expect(refused.length).toBeLessThan(12);
  for (const { reason } of refused)
    expect(reason).toMatchObject({ code: 'STORAGE_FULL', message: expect.stringContaining('Free some space') });
  const keys = (await store.range('c')).map(({ key }) => key);
  const kept = outcomes.flatMap(({ status }, n) => (status === 'fulfilled' ? batch(n).map(({ key }) => key) : []));
  expect(keys).toEqual([...kept].sort());
  await unlimited();
  await store.commit(batch(99));
  expect((await store.range('c')).length).toBe(kept.length + 4);
  await store.close();
});

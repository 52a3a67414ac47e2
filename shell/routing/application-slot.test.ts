import type { AppProps } from '@testudo/fabric/application';
import { TestudoError } from '@testudo/fabric/error';
import { expect, test } from 'vitest';

import { ApplicationSlot } from './application-slot.ts';
import type { PageBuild } from './page-builds.ts';

type Lifecycle = () => Promise<void>;

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const limits = { loadMs: 1000, lifecycleMs: 20, unmountMs: 20, politeMs: 5 };

/** A slot whose builds and lifecycles a test writes; `log` holds what happened, in order. */
function setUp(lifecycles: { [build: string]: { bootstrap?: Lifecycle; mount?: Lifecycle; unmount?: Lifecycle } }) {
  const log: string[] = [];
  const now = { build: 'b1', load: (_build: string): Promise<void> => Promise.resolve() };
  let retry = (): void => undefined;
  const given = { fail: (_error: unknown): void => undefined };
  const step = (name: string, run?: Lifecycle) => async () => {
    log.push(name);
    await run?.();
  };
  const slot = new ApplicationSlot({
    name: 'store',
    limits,
    builds: {
      current: async () => ({ sidecar: { build: now.build, global: `g_${now.build}` }, baseUrl: '' }) as PageBuild,
      async load({ sidecar: { build } }) {
        await now.load(build);
        const { bootstrap, mount, unmount } = lifecycles[build] ?? {};
        return {
          bootstrap: step(`bootstrap ${build}`, bootstrap),
          mount: step(`mount ${build}`, mount),
          unmount: step(`unmount ${build}`, unmount),
        };
      },
      evict: (global) => log.push(`evict ${global}`),
    },
    place: {
      open: () => ({ remove: () => undefined }) as HTMLElement,
      settle: () => undefined,
      fail(error, again) {
        log.push(`card ${(error as TestudoError).code}`);
        retry = again;
      },
      close: () => log.push('closed'),
    },
    props(_build, element, fail) {
      given.fail = fail;
      return { domElement: element } as AppProps;
    },
    onMounted: () => log.push('there'),
    onFailed: () => undefined,
    onError: (error) => log.push(`error ${(error as TestudoError).code ?? String(error)}`),
  });
  return { slot, log, now, given, retry: () => retry() };
}

test('an application is loaded once and mounted at every visit', async () => {
  const { slot, log } = setUp({});
  slot.mount();
  await settled();
  await slot.unmount();
  slot.mount();
  await settled();
  expect(log).toEqual(['bootstrap b1', 'mount b1', 'there', 'unmount b1', 'closed', 'mount b1', 'there']);
});

test('another build is taken at the next visit, and the former goes when it is there', async () => {
  const { slot, log, now } = setUp({});
  slot.mount();
  await settled();
  now.build = 'b2';
  await slot.reload();
  await settled();
  expect(log.slice(3)).toEqual(['unmount b1', 'closed', 'bootstrap b2', 'evict g_b1', 'mount b2', 'there']);
});

test('a failed load shows its card, and Retry tries again', async () => {
  const { slot, log, now, retry } = setUp({});
  now.load = () => Promise.reject(new TestudoError('INTEGRITY_MISMATCH', 'altered'));
  slot.mount();
  await settled();
  now.load = () => Promise.resolve();
  retry();
  await settled();
  expect(log).toEqual(['card INTEGRITY_MISMATCH', 'bootstrap b1', 'mount b1', 'there']);
});

test('leaving during a load leaves nothing behind, and does not wait for it', async () => {
  const { slot, log, now } = setUp({});
  let arrive = (): void => undefined;
  now.load = () => new Promise((resolve) => (arrive = resolve));
  slot.mount();
  await settled();
  await slot.unmount();
  expect(log).toEqual(['closed']);
  arrive();
  await settled();
  expect(log).toEqual(['closed', 'bootstrap b1']);
});

test('a mount that hangs costs its own place, and is cleared away when it arrives after all', async () => {
  let arrive = (): void => undefined;
  const { slot, log } = setUp({ b1: { mount: () => new Promise((resolve) => (arrive = resolve)) } });
  slot.mount();
  await expect.poll(() => log).toContain('card DEADLINE');
  arrive();
  await settled();
  expect(log).toEqual(['bootstrap b1', 'mount b1', 'evict g_b1', 'card DEADLINE', 'unmount b1']);
});

test('an unmount that throws is reported and does not hold up the way', async () => {
  const { slot, log } = setUp({ b1: { unmount: () => Promise.reject(new Error('no')) } });
  slot.mount();
  await settled();
  await slot.unmount();
  expect(log.slice(3)).toEqual(['unmount b1', 'evict g_b1', 'error INTERNAL', 'closed']);
});

test('an unmount that hangs goes on unseen; the next visit waits for its end, and loads anew', async () => {
  const { slot, log } = setUp({ b1: { unmount: () => new Promise(() => undefined) } });
  slot.mount();
  await settled();
  await slot.unmount();
  expect(log.slice(3)).toEqual(['unmount b1', 'closed']);
  slot.mount();
  await expect.poll(() => log.length).toBe(10);
  expect(log.slice(5)).toEqual(['evict g_b1', 'error DEADLINE', 'bootstrap b1', 'mount b1', 'there']);
});

test('a mount that fails after its card was shown is reported once more, with a code', async () => {
  let fail = (_error: Error): void => undefined;
  const { slot, log } = setUp({ b1: { mount: () => new Promise((_resolve, reject) => (fail = reject)) } });
  slot.mount();
  await expect.poll(() => log).toContain('card DEADLINE');
  fail(new Error('late'));
  await settled();
  expect(log.slice(3)).toEqual(['card DEADLINE', 'error INTERNAL']);
});

test('an application that throws after its mount is replaced by the error card, and loaded anew by Retry', async () => {
  const { slot, log, given, retry } = setUp({});
  slot.mount();
  await settled();
  given.fail(new TestudoError('LOAD_FAILED', 'a late chunk'));
  await settled();
  expect(slot.mayRecover).toBe(true);
  expect(log.slice(3)).toEqual(['card LOAD_FAILED', 'unmount b1', 'evict g_b1']);
  const { fail } = given;
  retry();
  await settled();
  expect(log.slice(6)).toEqual(['bootstrap b1', 'mount b1', 'there']);
  fail(new TestudoError('INTERNAL', 'from the visit before'));
  expect(log.slice(9)).toEqual(['error INTERNAL']);
  expect(slot.mayRecover).toBe(false);
});

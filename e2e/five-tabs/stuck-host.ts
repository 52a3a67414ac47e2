import type { Page, Worker } from '@playwright/test';

/** A host's thread that stands still for a while and then goes on, under a page that still stands still. */
export interface StuckHost {
  /** how often its store has refused to write, once it had woken */
  refusals(): Promise<number>;
  /** Resolves when both have woken. */
  readonly over: Promise<unknown>;
}

export interface StuckOptions {
  readonly page: Page;
  readonly host: Worker;
  /** another page of the profile, which hears of the refusals: the host is ended when its page wakes */
  readonly witness: Page;
  readonly hostMs: number;
  readonly pageMs: number;
  /** Asks the host for something that it finds when it wakes. */
  ask(): Promise<unknown>;
}

type Witness = Window & { refusals: number };

/** Has a leading tab stand still: its host's thread, and longer still the page's. */
export async function standStill({ page, host, witness, hostMs, pageMs, ask }: StuckOptions): Promise<StuckHost> {
  await witness.evaluate(() => {
    const scope = window as unknown as Witness;
    scope.refusals = 0;
    new BroadcastChannel('stuck-host').onmessage = () => (scope.refusals += 1);
  });
  await host.evaluate(() => {
    const channel = new BroadcastChannel('stuck-host');
    const { abort } = IDBTransaction.prototype;
    IDBTransaction.prototype.abort = function (this: IDBTransaction) {
      channel.postMessage('refused');
      abort.call(this);
    };
  });
  const hostWakes = host.evaluate(spend, hostMs);
  const answer = ask();
  const pageWakes = page.evaluate(spend, pageMs);
  return {
    over: Promise.all([hostWakes, pageWakes, answer]),
    refusals: () => witness.evaluate(() => (window as unknown as Witness).refusals),
  };
}

function spend(durationMs: number): void {
  for (const endMs = performance.now() + durationMs; performance.now() < endMs;);
}

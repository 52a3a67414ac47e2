import type { Page, Worker } from '@playwright/test';

/** Where in a transaction with a user's write in it a host stops for good. */
export type Stop = 'before its end' | 'after its end';

/**
 * Has a host's thread stop for good in its next transaction that keeps a user's write: before it is committed, or when it
 * is and nobody has been told. Resolves when it stands there.
 * @param witness another page of the profile
 */
export async function stopInCommit(host: Worker, witness: Page, stop: Stop): Promise<void> {
  const stopped = witness.evaluateHandle(() => {
    const channel = new BroadcastChannel('stop-in-commit');
    return { heard: new Promise((resolve) => (channel.onmessage = resolve)) };
  });
  const handle = await stopped;
  await host.evaluate(arm, stop);
  await handle.evaluate(({ heard }) => heard.then(() => undefined));
}

function arm(stop: Stop): void {
  const channel = new BroadcastChannel('stop-in-commit');
  const { put } = IDBObjectStore.prototype;
  const standHere = (): void => {
    channel.postMessage(null);
    for (;;);
  };
  IDBObjectStore.prototype.put = function (this: IDBObjectStore, ...args: Parameters<typeof put>) {
    const [value] = args as [{ readonly collection?: string }];
    const isOfUser = value.collection?.startsWith('requests/') ?? false;
    if (isOfUser && stop === 'after its end') this.transaction.addEventListener('complete', standHere);
    const request = put.apply(this, args);
    if (isOfUser && stop === 'before its end') standHere();
    return request;
  };
}

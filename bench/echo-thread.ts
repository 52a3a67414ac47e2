import { MessageChannel, Worker } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';

import { wrap } from 'comlink';
import type { Endpoint } from 'comlink';

export type Echo = (requests: unknown) => Promise<unknown>;

/** A thread that gives back what it gets. */
export interface EchoThread {
  readonly comlink: Echo;
  /** answers with decisions on what it gets */
  readonly comlinkDecide: Echo;
  readonly postMessage: Echo;
  close(): Promise<void>;
}

/** Echo over a bare port, with the least that tells answers apart. */
function bareEcho(port: MessagePort): Echo {
  const waiting = new Map<number, (answer: unknown) => void>();
  let calls = 0;
  port.on('message', ({ id, requests }: { readonly id: number; readonly requests: unknown }) => {
    waiting.get(id)?.(requests);
    waiting.delete(id);
  });
  return (requests) =>
    new Promise((resolve) => {
      const id = calls++;
      waiting.set(id, resolve);
      port.postMessage({ id, requests });
    });
}

/** Starts the floor of a realm call in a thread of its own. */
export function startEchoThread(): EchoThread {
  const comlink = new MessageChannel();
  const bare = new MessageChannel();
  const worker = new Worker(new URL('./echo-worker.ts', import.meta.url), {
    workerData: { comlinkPort: comlink.port2, barePort: bare.port2 },
    transferList: [comlink.port2, bare.port2],
  });
  const remote = wrap<{ echo: Echo; decide: Echo }>(comlink.port1 as unknown as Endpoint);
  comlink.port1.start();
  return {
    comlink: (requests) => remote.echo(requests) as Promise<unknown>,
    comlinkDecide: (requests) => remote.decide(requests) as Promise<unknown>,
    postMessage: bareEcho(bare.port1),
    async close(): Promise<void> {
      comlink.port1.close();
      bare.port1.close();
      await worker.terminate();
    },
  };
}

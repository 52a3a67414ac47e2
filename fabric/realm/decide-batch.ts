import type { Result } from '../error.ts';
import type { DecideRequest, Decision } from '../spec/decision.ts';

type Decide = (requests: readonly DecideRequest[]) => Promise<readonly Result<Decision>[]>;

/** Puts the calls of one tick into one message; each caller gets the results of its own requests, in their order. */
export function batchDecide(send: Decide): Decide {
  let waiting: {
    readonly requests: readonly DecideRequest[];
    resolve(results: readonly Result<Decision>[]): void;
    reject(error: unknown): void;
  }[] = [];

  function flush(): void {
    const batch = waiting;
    waiting = [];
    const requests = batch.reduce<readonly DecideRequest[]>((all, call) => all.concat(call.requests), []);
    send(requests).then(
      (results) => {
        let from = 0;
        for (const call of batch) call.resolve(results.slice(from, (from += call.requests.length)));
      },
      (error: unknown) => {
        for (const call of batch) call.reject(error);
      },
    );
  }

  return (requests) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) queueMicrotask(flush);
      waiting.push({ requests, resolve, reject });
    });
}

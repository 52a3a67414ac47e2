import type { Result } from '../error.ts';
import type { DecideRequest, Decision } from '../spec/decision.ts';

type Results = Promise<readonly Result<Decision>[]>;

/** A realm answers between two messages: what is asked in one must not keep it silent for long. */
const MAX_BATCH = 1000;

/** Puts the calls of one tick into one message; each caller gets the results of its own requests, in their order. */
export function batchDecide(
  send: (requests: readonly DecideRequest[]) => Results,
): (requests: readonly DecideRequest[]) => Results {
  interface Batch {
    readonly requests: DecideRequest[];
    readonly results: Results;
  }
  let batch: Batch | undefined;

  function open(): Batch {
    const requests: DecideRequest[] = [];
    const results = Promise.resolve().then(() => {
      if (batch?.requests === requests) batch = undefined;
      return send(requests);
    });
    return { requests, results };
  }

  return async (asked) => {
    if (batch && batch.requests.length >= MAX_BATCH) batch = undefined;
    const { requests, results } = (batch ??= open());
    const from = requests.length;
    requests.push(...asked);
    return (await results).slice(from, from + asked.length);
  };
}

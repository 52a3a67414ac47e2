import type { Result } from '../error.ts';
import type { DecideRequest, Decision } from '../spec/decision.ts';

type Results = Promise<readonly Result<Decision>[]>;

/** Puts the calls of one tick into one message; each caller gets the results of its own requests, in their order. */
export function batchDecide(
  send: (requests: readonly DecideRequest[]) => Results,
): (requests: readonly DecideRequest[]) => Results {
  let batch: { readonly requests: DecideRequest[]; readonly results: Results } | undefined;

  function open(): NonNullable<typeof batch> {
    const requests: DecideRequest[] = [];
    const results = Promise.resolve().then(() => {
      batch = undefined;
      return send(requests);
    });
    return { requests, results };
  }

  return async (asked) => {
    const { requests, results } = (batch ??= open());
    const from = requests.length;
    requests.push(...asked);
    return (await results).slice(from, from + asked.length);
  };
}

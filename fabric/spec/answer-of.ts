import { isThenable, type MaybePromise } from './maybe-promise.ts';

/** Hands an adapter's result over: alone, or after the options that older adapters say first. */
export type Answer = (optionsOrResult: unknown, result?: unknown) => void;

/**
 * What an adapter brings back, whichever way it takes: it returns its result (or a promise of it), or it returns
 * nothing and calls back. What comes first counts.
 */
export function answerOf(run: (answer: Answer) => unknown): MaybePromise<unknown> {
  let resolve: (result: unknown) => void = () => undefined;
  const called = new Promise<unknown>((settle) => {
    resolve = settle;
  });
  const given = run((first, second) => resolve(second === undefined ? first : second));
  if (isThenable(given)) {
    const returned = Promise.resolve(given).then((result) => (result === undefined ? called : result));
    return Promise.race([called, returned]);
  }
  return given === undefined ? called : given;
}

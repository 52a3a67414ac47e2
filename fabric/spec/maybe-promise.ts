/**
 * What a step of remote code comes to: most of them are synchronous, and then are spared a promise and a turn each. One that
 * fails throws or rejects, whichever is sooner: ask only with `await` or `andThen`.
 */
export type MaybePromise<T> = T | Promise<T>;

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}

/** Goes on at once with what is there already, else once it has come. */
export function andThen<T, R>(value: MaybePromise<T>, next: (value: T) => MaybePromise<R>): MaybePromise<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}

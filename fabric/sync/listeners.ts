import type { Disposable } from '../plain.ts';

/** Those who want to know; the failure of one of them stops neither the others nor the teller. */
export class Listeners<Args extends readonly unknown[]> {
  readonly #listeners = new Set<(...args: Args) => void>();
  readonly #onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  add(listener: (...args: Args) => void): Disposable {
    const own = (...args: Args): void => listener(...args);
    this.#listeners.add(own);
    return { dispose: () => void this.#listeners.delete(own) };
  }

  tell(...args: Args): void {
    for (const listener of this.#listeners) {
      try {
        listener(...args);
      } catch (error) {
        this.#onError(error);
      }
    }
  }
}

/** A document that is kept on this device, so that a start does not wait for the network. */
export interface LastGood<T> {
  /** The last good one at once, or else a fresh one. @throws TestudoError when there is neither */
  read(): Promise<T>;
  /** A fresh one from the network, kept from now on. @throws TestudoError */
  refresh(): Promise<T>;
  /** The one that was fetched last for this page, or else a fresh one. @throws TestudoError */
  fetched(): Promise<T>;
  /** the last good one, if any */
  kept(): T | undefined;
  keep(value: T): void;
}

export interface LastGoodOptions<T> {
  readonly key: string;
  readonly storage: Pick<Storage, 'getItem' | 'setItem'>;
  /** @throws TestudoError when the network or the document is bad */
  fetch(): Promise<unknown>;
  /** @throws TestudoError when the value is not such a document */
  parse(value: unknown): T;
  onError(error: unknown): void;
}

/** A document with a copy in the page's storage. A copy that cannot be read or kept is reported and done without. */
export function lastGood<T>({ key, storage, fetch, parse, onError }: LastGoodOptions<T>): LastGood<T> {
  function kept(): T | undefined {
    try {
      const text = storage.getItem(key);
      return text === null ? undefined : parse(JSON.parse(text));
    } catch (error) {
      onError(error);
      return undefined;
    }
  }
  function keep(value: T): void {
    try {
      storage.setItem(key, JSON.stringify(value));
    } catch (error) {
      onError(error);
    }
  }
  let last: Promise<T> | undefined;
  async function fetchAndKeep(): Promise<T> {
    const fresh = parse(await fetch());
    keep(fresh);
    return fresh;
  }
  const refresh = (): Promise<T> => (last = fetchAndKeep());
  return { kept, keep, refresh, fetched: () => last ?? refresh(), read: async () => kept() ?? refresh() };
}

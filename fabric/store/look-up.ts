import { storeClosed, type EncodedWrite } from './record-codec.ts';
import type { DoubtfulStore } from './without-doubt.ts';

/**
 * Resolves when a commit in doubt is not in its store. It is there as a whole or not at all; of several writes to a key
 * the last one counts. One without writes has changed nothing.
 * @throws TestudoError `UNAVAILABLE` when it is there, which the store is told; what the store throws while it cannot say
 */
export async function lookUp(writes: readonly EncodedWrite[], store: DoubtfulStore): Promise<void> {
  const last = new Map(writes.map((write) => [JSON.stringify([write.collection, write.key]), write]));
  const wanted = [...last.values()];
  const found = await Promise.all(wanted.map(({ collection, key }) => store.text(collection, key)));
  if (wanted.length === 0 || !wanted.every(({ text }, index) => text === found[index])) return;
  store.onLanded();
  throw storeClosed();
}

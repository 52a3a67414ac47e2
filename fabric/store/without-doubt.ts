import { hasCode } from '../error.ts';
import type { EncodedWrite } from './record-codec.ts';

/** How a store writes where a commit may be told as failed and be there all the same. */
export interface DoubtfulStore {
  /** Applies all writes or none; rejects with `data.inDoubt` where nobody knows which of both. */
  apply(writes: readonly EncodedWrite[]): Promise<void>;
  /** What lies under a key. @throws while the store cannot say */
  text(collection: string, key: string): Promise<string | undefined>;
  /** What was told as failed is there: whoever goes by that has to read the store anew. */
  onLanded(): void;
}

/**
 * Writes nothing after a commit in doubt until it is known what became of it. If it is there, nothing is written any
 * more: what its maker has in memory lacks it, and would be written over it. The program that looks is loaded then only.
 */
export function withoutDoubt(store: DoubtfulStore): DoubtfulStore['apply'] {
  let doubtful: readonly EncodedWrite[] | null = null;
  return async (writes) => {
    if (doubtful !== null)
      await (await import(/* webpackChunkName: "damage" */ './look-up.ts')).lookUp(doubtful, store);
    doubtful = null;
    try {
      await store.apply(writes);
    } catch (error) {
      if (hasCode(error) && error.data?.['inDoubt']) doubtful = writes;
      throw error;
    }
  };
}

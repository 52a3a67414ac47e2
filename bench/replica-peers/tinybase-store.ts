import { fieldsOf } from '../objects.ts';
import { loadPeer } from '../peers.ts';
import { expectObjects, OBJECTS } from './replica-peer.ts';
import type { ReplicaPeer } from './replica-peer.ts';

interface MergeableStore {
  setRow(table: string, row: string, cells: unknown): void;
  getRowCount(table: string): number;
  addDidFinishTransactionListener(listener: () => void): void;
  getTransactionMergeableChanges(): unknown;
  getMergeableContent(): unknown;
  applyMergeableChanges(content: unknown): void;
}

interface TinyBase {
  createMergeableStore(id: string): MergeableStore;
}

/** A transaction for each object, its changes encoded as its synchronizers do; read back in one message. */
function mergeableStore({ createMergeableStore }: TinyBase): ReplicaPeer {
  const write = (): { readonly store: MergeableStore; readonly texts: readonly string[] } => {
    const store = createMergeableStore('browser-1');
    const texts: string[] = [];
    store.addDidFinishTransactionListener(() => texts.push(JSON.stringify(store.getTransactionMergeableChanges())));
    for (let index = 0; index < OBJECTS; index++) store.setRow('objects', `i${index}`, fieldsOf(index));
    return { store, texts };
  };
  return {
    name: 'TinyBase, MergeableStore',
    rounds: 1,
    write,
    record() {
      const text = JSON.stringify(write().store.getMergeableContent());
      return () => {
        const store = createMergeableStore('browser-2');
        store.applyMergeableChanges(JSON.parse(text));
        expectObjects(store.getRowCount('objects'));
        return store;
      };
    },
  };
}

/** TinyBase; none where it is not installed. */
export async function tinybaseStore(): Promise<readonly ReplicaPeer[]> {
  const tinybase = await loadPeer<TinyBase>('tinybase');
  return tinybase ? [mergeableStore(tinybase)] : [];
}

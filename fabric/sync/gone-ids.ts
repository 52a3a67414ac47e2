import type { Datasource, Entry, Write } from '../store/datasource.ts';
import type { AuthorityCollections } from './authority-collections.ts';
import { asPlain } from './keys.ts';
import { packId, unpackId } from './packed-ids.ts';
import { readEach } from './read-all.ts';

/** Ids in one record at most: half of them stay in it once there are more. */
const blockSize = 500;
/** The key of the record of the highest ids. */
export const lastBlock = '\uffff';

/** Ids of one range. */
interface GoneBlock {
  /** the highest at which one of these objects was deleted */
  readonly seq: number;
  /** packed, in the order of the ids; absent: they were damaged, and every id of the range counts as gone */
  readonly ids?: readonly string[];
}

/** A range as it was found; `value: null` where its record is damaged. */
interface FoundBlock {
  readonly key: string;
  readonly value: GoneBlock | null;
}

const empty: GoneBlock = { seq: 0, ids: [] };

/**
 * The ids of objects whose tombstones were given back, for good: a create that comes late must bring none of them back,
 * and no clock and no count of ops bounds how late that may be. They lie in blocks, each under the id at which the next
 * one begins.
 */
export class GoneIds {
  readonly #datasource: Datasource;
  readonly #collection: string;

  constructor(datasource: Datasource, { goneIds }: Pick<AuthorityCollections, 'goneIds'>) {
    this.#datasource = datasource;
    this.#collection = goneIds;
  }

  /** Whether an id is among them, or may be: its block is damaged. */
  async has(id: string): Promise<boolean> {
    const { value } = await this.#find(id);
    return value?.ids?.includes(packId(id)) ?? true;
  }

  /** The highest of those that lie in blocks; '' where there is none, or it cannot be read. */
  async highest(): Promise<string> {
    let highest: GoneBlock = empty;
    const visit = ({ value }: Entry): void => void (highest = value as unknown as GoneBlock);
    await readEach(this.#datasource, { collection: this.#collection, visit, onDamaged: () => undefined });
    const { ids = [] } = highest;
    return unpackId(ids[ids.length - 1] ?? '=');
  }

  /** What enters ids. @param gone ids, with the seq of each deletion @param highest of those that are known */
  async enter(gone: ReadonlyMap<string, number>, highest: string): Promise<readonly Write[]> {
    const writes: Write[] = [];
    let open: FoundBlock = { key: '', value: empty };
    let news: string[] = [];
    for (const id of [...gone.keys()].sort()) {
      if (id >= open.key) {
        writes.push(...this.#put(open, news, gone));
        open = await this.#find(id);
        news = [];
        if (open.value === null && open.key === lastBlock) {
          const { found, writes: closing } = this.#closed(id, highest);
          open = found;
          writes.push(...closing);
        }
      }
      news.push(id);
    }
    return writes.concat(this.#put(open, news, gone));
  }

  /** The block in whose range an id is. */
  async #find(id: string): Promise<FoundBlock> {
    let isDamaged = '';
    const onDamaged = ({ key }: { readonly key: string }): void => void (isDamaged = key);
    const [found] = await this.#datasource.range(this.#collection, { after: id, limit: 1, onDamaged });
    if (isDamaged !== '') return { key: isDamaged, value: null };
    return { key: found?.key ?? lastBlock, value: (found?.value as GoneBlock | undefined) ?? empty };
  }

  /** A damaged last block ends behind the highest id, and all up to there is gone; a new one begins. */
  #closed(id: string, highest: string): { readonly found: FoundBlock; readonly writes: readonly Write[] } {
    const key = `${highest} `;
    const value: GoneBlock = { seq: 0 };
    return {
      found: id < key ? { key, value } : { key: lastBlock, value: empty },
      writes: [this.#write(key, value), this.#write(lastBlock, empty)],
    };
  }

  #write(key: string, value: GoneBlock): Write {
    return { collection: this.#collection, key, value: asPlain(value) };
  }

  #put({ key, value }: FoundBlock, news: readonly string[], gone: ReadonlyMap<string, number>): readonly Write[] {
    if (news.length === 0 || value?.ids === undefined) return [];
    const seq = news.reduce((most, id) => Math.max(most, gone.get(id) ?? 0), value.seq);
    const ids = [...new Set([...value.ids.map(unpackId), ...news])].sort();
    const block = (at: string, some: readonly string[]): Write => this.#write(at, { seq, ids: some.map(packId) });
    if (ids.length <= blockSize) return [block(key, ids)];
    const middle = ids.length >> 1;
    return [block(ids[middle] as string, ids.slice(0, middle)), block(key, ids.slice(middle))];
  }
}

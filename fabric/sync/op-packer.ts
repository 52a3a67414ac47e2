import type { AuthorityDraft, DecidedOp } from './authority-book.ts';
import type { Batch, CompactionParts } from './compaction.ts';
import { opKey } from './keys.ts';
import { packKey, packOps, packSize, packStart } from './packed-ops.ts';

/** Packs the outcomes of what replicas pushed long ago, `packSize` ops of one replica at a time. */
export class OpPacker {
  readonly #parts: CompactionParts;
  /** counter up to which a replica's ops are known to be packed */
  readonly #packed = new Map<string, number>();

  constructor(parts: CompactionParts) {
    this.#parts = parts;
  }

  /** @param kept ops of each replica that stay whole: what is repeated is nearly always one of the latest */
  async pack(draft: AuthorityDraft, kept: number): Promise<Batch> {
    for (const [replica, { mark }] of this.#parts.book.marks) {
      if (replica === this.#parts.replica || mark < kept + packSize) continue;
      const start = await this.#start(replica, mark);
      if (start + packSize - 1 > mark - kept) continue;
      const ops = await this.#packFrom(draft, replica, start);
      return { given: { ops }, isLast: false };
    }
    return { given: {}, isLast: true };
  }

  /** The lowest counter of the first record that is not packed yet. */
  async #start(replica: string, mark: number): Promise<number> {
    const known = this.#packed.get(replica);
    if (known !== undefined) return known + 1;
    const { datasource, names } = this.#parts;
    const keys: string[] = [];
    const range = { after: opKey(replica, 0), before: opKey(replica, mark + 1), limit: 1 };
    const rows = await datasource.range(names.ops, { ...range, onDamaged: ({ key }) => void keys.push(key) });
    const key = rows[0]?.key ?? keys[0] ?? opKey(replica, mark);
    const start = packStart(Number(key.slice(replica.length + 1)));
    this.#packed.set(replica, start - 1);
    return start;
  }

  async #packFrom(draft: AuthorityDraft, replica: string, start: number): Promise<number> {
    const { datasource, names } = this.#parts;
    const { writes, afterwards } = draft.compaction;
    const range = { after: opKey(replica, start - 1), before: opKey(replica, start + packSize), limit: packSize };
    const remove = (key: string): void => void writes.push({ collection: names.ops, key, value: undefined });
    const rows = await datasource.range(names.ops, { ...range, onDamaged: ({ key }) => remove(key) });
    const decided: (DecidedOp | undefined)[] = Array.from({ length: packSize }, () => undefined);
    for (const { key, value } of rows) {
      const known = value as unknown as DecidedOp;
      decided[known.op.counter - start] = known;
      remove(key);
    }
    const key = packKey({ replica, counter: start });
    writes.push({ collection: names.packed, key, value: packOps(decided) });
    afterwards.push(() => void this.#packed.set(replica, start + packSize - 1));
    return rows.length;
  }
}

import type { Write } from '../store/datasource.ts';
import type { AuthorityDraft, DecidedOp } from './authority-book.ts';
import type { Batch, CompactionParts } from './compaction.ts';
import { asFirst, firstName, userOfKey } from './first-op.ts';
import { opKey } from './keys.ts';
import { packKey, packOps, packSize, packStart } from './packed-ops.ts';

/** Packs the outcomes of what replicas pushed long ago, `packSize` ops of one replica at a time. */
export class OpPacker {
  readonly #parts: CompactionParts;
  /** counter up to which a replica's ops are known to be packed */
  readonly #packed = new Map<string, number>();
  /** the last seq that the next record of a replica has: the log tells of it still */
  readonly #awaited = new Map<string, number>();

  constructor(parts: CompactionParts) {
    this.#parts = parts;
  }

  /**
   * Packs no op of which the log still tells: who forwards the log reads the op beside its entry.
   * @param kept ops of each replica that stay whole: what is repeated is nearly always one of the latest
   * @param keptPacked packed ones of each replica that stay: at least those of one record
   * @param emptied seq up to which the log is empty
   */
  async pack(draft: AuthorityDraft, { kept, keptPacked, emptied }: PackBounds): Promise<Batch> {
    for (const [replica, { mark }] of this.#parts.book.marks) {
      if (replica === this.#parts.replica || mark < kept + packSize) continue;
      const start = await this.#start(replica, mark);
      if (start + packSize - 1 > mark - kept || (this.#awaited.get(replica) ?? 0) > emptied) continue;
      const page = await this.#read(replica, start);
      this.#awaited.set(replica, page.seq);
      if (page.seq > emptied) continue;
      await this.#pack(draft, page, keptPacked);
      return { given: { ops: page.ops }, isLast: false };
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

  async #read(replica: string, start: number): Promise<Page> {
    const { datasource, names } = this.#parts;
    const keys: string[] = [];
    const range = { after: opKey(replica, start - 1), before: opKey(replica, start + packSize), limit: packSize };
    const rows = await datasource.range(names.ops, { ...range, onDamaged: ({ key }) => void keys.push(key) });
    const decided: (DecidedOp | undefined)[] = Array.from({ length: packSize }, () => undefined);
    let seq = 0;
    for (const { key, value } of rows) {
      const known = value as unknown as DecidedOp;
      decided[known.op.counter - start] = known;
      keys.push(key);
      if (known.result.status === 'accepted') seq = Math.max(seq, known.result.seq);
    }
    return { replica, start, keys, decided, ops: rows.length, seq };
  }

  async #pack(draft: AuthorityDraft, page: Page, keptPacked: number): Promise<void> {
    const { compaction } = draft;
    const { replica, start, keys, decided } = page;
    const { names } = this.#parts;
    compaction.writes.push(...(await this.#outdated(replica, start + packSize - keptPacked)));
    for (const key of keys) compaction.writes.push({ collection: names.ops, key, value: undefined });
    for (const each of decided) this.#forget(draft, each);
    const key = packKey({ replica, counter: start });
    compaction.writes.push({ collection: names.packed, key, value: packOps(decided) });
    compaction.afterwards.push(() => void this.#packed.set(replica, start + packSize - 1));
  }

  /** An op is known by its first id no more, and it is noted up to where that is so. */
  #forget({ compaction, marks }: AuthorityDraft, decided: DecidedOp | undefined): void {
    if (decided?.request === undefined) return;
    const { names, book } = this.#parts;
    const { replica, counter } = asFirst(decided.op);
    const name = firstName(replica, userOfKey(decided.request));
    const { mark = 0, given = 0 } = marks.get(name) ?? book.marks.get(name) ?? {};
    marks.set(name, { mark: Math.max(mark, counter), user: '', given: Math.max(given, counter) });
    compaction.writes.push({ collection: names.requests, key: decided.request, value: undefined });
  }

  /** What gives up the records of ops below a counter: two of them for each that is written. */
  async #outdated(replica: string, below: number): Promise<readonly Write[]> {
    const { datasource, names } = this.#parts;
    const before = packStart(Math.max(1, below));
    const keys: string[] = [];
    const note = ({ key }: { readonly key: string }): void => void keys.push(key);
    const range = { after: opKey(replica, 0), before: opKey(replica, before), limit: 2, onDamaged: note };
    (await datasource.range(names.packed, range)).forEach(note);
    return keys.map((key) => ({ collection: names.packed, key, value: undefined }));
  }
}

interface PackBounds {
  readonly kept: number;
  readonly keptPacked: number;
  readonly emptied: number;
}

/** The ops of one record. */
interface Page {
  readonly replica: string;
  /** counter of the first */
  readonly start: number;
  /** of those that are there, damaged ones too */
  readonly keys: readonly string[];
  readonly decided: readonly (DecidedOp | undefined)[];
  /** how many can be read */
  readonly ops: number;
  /** of the latest that was accepted */
  readonly seq: number;
}

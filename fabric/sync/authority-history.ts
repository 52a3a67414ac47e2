import { hasCode } from '../error.ts';
import type { PlainRecord } from '../plain.ts';
import { changesOf, type Changes, type FieldChange } from '../record/change.ts';
import type { ObjectState } from '../record/object-state.ts';
import { opId, type Op, type OpKind } from '../record/op.ts';
import type { Datasource, Write } from '../store/datasource.ts';
import type { AuthorityDraft } from './authority-book.ts';
import { asPlain, numberKey } from './keys.ts';

/** One accepted change of an object, as its authority keeps it: no state, but what became of which field. */
export interface HistoryRecord {
  readonly version: number;
  readonly seq: number;
  /** seq of the object's change before this one; 0: it was created */
  readonly former: number;
  readonly kind: OpKind;
  /** of a command or a flow's step: the command's, the port's name */
  readonly command: string | null;
  readonly opId: string;
  /** in whose name it was accepted */
  readonly user: string;
  /** the authority's clock; informational */
  readonly atMs: number;
  readonly changes: Changes;
  /** fields that both sides had changed */
  readonly conflicts: readonly string[];
}

/** Changes that are kept of an object, where nothing else is configured. */
const defaultKeptChanges = 50;
const maxRemovals = 1000;

/**
 * The changes of objects, each beside the log under its seq, so that those of one commit lie together; each names the
 * one before it. So many of an object are told; what is beyond goes when half as many have come anew.
 */
export class AuthorityHistory {
  readonly #datasource: Datasource;
  readonly #collection: string;
  readonly #kept: number;

  constructor({ datasource, keptChanges = defaultKeptChanges }: HistoryOptions, collection: string) {
    this.#datasource = datasource;
    this.#collection = collection;
    this.#kept = keptChanges;
  }

  /**
   * Enters an accepted op; of one that makes an object only that it was: its values are those of the state it led to.
   * @throws what the store throws when it is asked for older changes; nothing is entered then
   */
  async enter(
    draft: AuthorityDraft,
    op: Op,
    { current, state, user, conflicts }: Pick<HistoryRecord, 'user' | 'conflicts'> & Step,
  ): Promise<void> {
    if (this.#kept === 0) return;
    const { version, seq, updatedMs: atMs } = state;
    const changes = current === undefined ? {} : changesOf(current.fields, state.fields);
    const command = op.step === null ? op.command : op.step.port;
    const former = current?.seq ?? 0;
    const about = { version, seq, former, kind: op.kind, command, opId: opId(op), user, atMs };
    const isDue = version > this.#kept && version % Math.ceil(this.#kept / 2) === 0;
    const earlier = isDue ? await this.#chain(former, draft.history) : [];
    draft.history.set(seq, { ...about, changes, conflicts });
    for (const { seq: outdated } of earlier.slice(this.#kept - 1)) draft.outdated.push(outdated);
  }

  /** Every change of an object that is told, latest first, that which made it with the values that it gave. */
  async read({ seq, fields }: ObjectState): Promise<readonly HistoryRecord[]> {
    const records = (await this.#chain(seq)).slice(0, this.#kept);
    return records.map((record, index) =>
      record.former === 0 ? { ...record, changes: created(fields, records.slice(0, index)) } : record,
    );
  }

  /** What gives up all changes of an object that is purged. */
  async removals({ seq }: ObjectState): Promise<readonly Write[]> {
    return (await this.#chain(seq)).map((record) => removal(this.#collection, record.seq));
  }

  /** Gives up what earlier starts kept, if nothing is kept any more. */
  async open(): Promise<void> {
    while (this.#kept === 0) {
      const rows = await this.#datasource.range(this.#collection, { limit: maxRemovals, onDamaged: () => undefined });
      if (rows.length === 0) return;
      await this.#datasource.commit(rows.map(({ key }) => ({ collection: this.#collection, key, value: undefined })));
    }
  }

  /** From a change back to the first that is there; one that is damaged ends it. */
  async #chain(from: number, entered?: ReadonlyMap<number, HistoryRecord>): Promise<readonly HistoryRecord[]> {
    const chain: HistoryRecord[] = [];
    for (let seq = from; seq > 0;) {
      const record = entered?.get(seq) ?? (await this.#at(seq));
      if (record === undefined) break;
      chain.push(record);
      seq = record.former;
    }
    return chain;
  }

  async #at(seq: number): Promise<HistoryRecord | undefined> {
    try {
      return (await this.#datasource.get(this.#collection, numberKey(seq))) as HistoryRecord | undefined;
    } catch (error) {
      if (hasCode(error) && error.code === 'CORRUPT') return undefined;
      throw error;
    }
  }
}

/** What an op led from and to. */
interface Step {
  readonly current: ObjectState | undefined;
  readonly state: ObjectState;
}

interface HistoryOptions {
  readonly datasource: Datasource;
  /** changes that are told of each object; 0: none is kept */
  readonly keptChanges?: number;
}

/** What a draft changes of the history. */
export function historyWrites(
  collection: string,
  { history, outdated }: Pick<AuthorityDraft, 'history' | 'outdated'>,
): readonly Write[] {
  const writes: Write[] = [];
  history.forEach((record, seq) => writes.push({ collection, key: numberKey(seq), value: asPlain(record) }));
  return writes.concat(outdated.map((seq) => removal(collection, seq)));
}

function removal(collection: string, seq: number): Write {
  return { collection, key: numberKey(seq), value: undefined };
}

/** What an object was made of: its fields of today, each as it was before the first change that is known of it. */
function created(fields: PlainRecord, later: readonly HistoryRecord[]): Changes {
  const first: { [field: string]: FieldChange } = { ...changesOf({}, fields) };
  for (const { changes } of later) {
    for (const field of Object.keys(changes)) {
      const { from, fromChars } = changes[field] as FieldChange;
      if (fromChars !== undefined) first[field] = { toChars: fromChars };
      else if (from === undefined) delete first[field];
      else first[field] = { to: from };
    }
  }
  return first;
}

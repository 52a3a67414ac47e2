import type { Plain } from '../plain.ts';
import { deepFreeze } from '../record/deep-freeze.ts';
import type { ObjectState } from '../record/object-state.ts';
import { crc32 } from '../store/crc32.ts';
import type { LazyState } from '../store/held-state.ts';
import { standingOf, type Standing } from '../record/standing.ts';

/** What is known of many states without reading them, each by its place among them. */
export interface KeptStates {
  /** the texts, one after another */
  readonly text: string;
  /** of the text of each, in UTF-16 code units */
  readonly lengths: readonly number[];
  /** the CRC-32 of the text of each */
  readonly sums: readonly number[];
  /** values of indexed fields; a list stands for a value that no index has */
  readonly columns: { readonly [field: string]: readonly Plain[] };
  /** a letter for each; absent where an earlier version wrote them */
  readonly standings?: string;
  /** Called once for each text that is not what was written. */
  onDamaged(id: string, text: string): void;
}

/**
 * An object's state as the text that is kept of it: it is checked and read when it is first asked for. Its fields have no
 * private names: for old engines those are compiled to entries of weak maps, three for each of ten thousand objects.
 */
export class KeptState implements LazyState {
  readonly id: string;
  private readonly among: KeptStates;
  private readonly at: number;
  /** the state once it was read, before that where its text begins */
  private kept: number | ObjectState | undefined;

  constructor(id: string, kept: number | ObjectState, among: KeptStates, at: number) {
    this.id = id;
    this.kept = kept;
    this.among = among;
    this.at = at;
  }

  isSound(): boolean {
    if (typeof this.kept === 'number') this.checked(this.kept);
    return this.kept !== undefined;
  }

  read(): ObjectState | undefined {
    if (typeof this.kept !== 'number') return this.kept;
    const text = this.checked(this.kept);
    if (text !== undefined) this.kept = deepFreeze(JSON.parse(text) as ObjectState);
    return this.kept as ObjectState | undefined;
  }

  private checked(from: number): string | undefined {
    const { text: all, lengths, sums, onDamaged } = this.among;
    const text = all.slice(from, from + (lengths[this.at] as number));
    if (crc32(text) === sums[this.at]) return text;
    this.kept = undefined;
    onDamaged(this.id, text);
  }

  /** A field's value as an index takes it; the state is read where there is no column of the field. */
  field(name: string): Plain | undefined {
    const column = this.among.columns[name];
    return Array.isArray(column) ? (column[this.at] as Plain) : this.read()?.fields[name];
  }

  standing(): Standing | undefined {
    const known = this.among.standings?.[this.at];
    if (known !== undefined) return known as Standing;
    const state = this.read();
    return state && standingOf(state);
  }
}

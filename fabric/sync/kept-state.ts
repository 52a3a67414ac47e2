import type { Plain } from '../plain.ts';
import { deepFreeze } from '../record/deep-freeze.ts';
import type { ObjectState } from '../record/object-state.ts';
import { crc32 } from '../store/crc32.ts';
import type { LazyState } from '../store/held-state.ts';
import { standingOf, type Standing } from '../record/standing.ts';

/** What is known of many states without reading them, each by its place among them. */
export interface KeptStates {
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
  private kept: string | ObjectState | undefined;

  constructor(id: string, kept: string | ObjectState, among: KeptStates, at: number) {
    this.id = id;
    this.kept = kept;
    this.among = among;
    this.at = at;
  }

  isSound(): boolean {
    const text = this.kept;
    if (typeof text === 'string' && crc32(text) !== this.among.sums[this.at]) {
      this.kept = undefined;
      this.among.onDamaged(this.id, text);
    }
    return this.kept !== undefined;
  }

  read(): ObjectState | undefined {
    if (typeof this.kept === 'string' && this.isSound()) this.kept = deepFreeze(JSON.parse(this.kept) as ObjectState);
    return this.kept as ObjectState | undefined;
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

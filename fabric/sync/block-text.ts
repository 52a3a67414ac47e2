import type { ObjectState } from '../record/object-state.ts';
import { crc32 } from '../store/crc32.ts';
import { isIndexed } from '../store/field-index.ts';
import { standingOf } from '../record/standing.ts';
import { deepFreeze } from '../record/deep-freeze.ts';
import { KeptState, type KeptStates } from './kept-state.ts';
import { isState } from './sound-records.ts';

/** States of one record, each to be checked and read when it is asked for. */
export interface KeptBlock {
  readonly states: readonly KeptState[];
  /** the highest one of its states */
  readonly seq: number;
}

interface Head extends Omit<KeptStates, 'text' | 'lengths' | 'onDamaged'> {
  readonly ids: readonly string[];
  readonly seq: number;
  /** absent where an earlier version wrote it */
  readonly lengths?: readonly number[];
}

const NEXT = ',\n';
const END = '\n]}';

/**
 * Many states as one JSON text. Its first line, for which the store vouches, is
 * `{"ids":[…],"seq":9,"sums":[…],"lengths":[…],"standings":"tfd","columns":{"status":[…]},"states":[`; each state has a line of its own, as no other line
 * break is in JSON that is written without blanks.
 * @param fields those that an index is kept of
 */
export function blockText(states: readonly ObjectState[], fields: readonly string[]): string {
  let lines = '';
  const numbers = { sums: [] as number[], lengths: [] as number[] };
  const head = { ids: [] as string[], seq: 0, ...numbers, standings: '', columns: {}, states: [] };
  for (const state of states) {
    const line = JSON.stringify(state);
    lines += lines === '' ? line : NEXT + line;
    head.ids.push(state.id);
    if (state.seq > head.seq) head.seq = state.seq;
    head.sums.push(crc32(line));
    head.lengths.push(line.length);
    head.standings += standingOf(state);
  }
  const cell = ({ fields }: ObjectState, field: string): unknown => (isIndexed(fields[field]) ? fields[field] : []);
  head.columns = Object.fromEntries(fields.map((field) => [field, states.map((state) => cell(state, field))]));
  return `${JSON.stringify(head).slice(0, -2)}\n${lines}${END}`;
}

/** What `blockText` has written, none of its states read; or a list of states, as earlier versions wrote them. */
export function readBlock(text: string, onDamaged: KeptStates['onDamaged']): KeptBlock | undefined {
  const at = text.indexOf('\n');
  if (at < 0) return listed(parsed(text), onDamaged);
  const head = parsed(text.slice(0, at) + END) as Head | undefined;
  if (head === undefined) return undefined;
  const { ids, seq, lengths = lengthsOf(text.slice(at + 1, -END.length)) } = head;
  if (ids.length !== lengths.length) return undefined;
  const among = { ...head, text, lengths, onDamaged };
  let from = at + 1;
  const states = ids.map((id, index) => {
    const state = new KeptState(id, from, among, index);
    from += (lengths[index] as number) + NEXT.length;
    return state;
  });
  return { states, seq };
}

function lengthsOf(lines: string): readonly number[] {
  return lines.split(NEXT).map(({ length }) => length);
}

/** What is no JSON is damaged, also where no sum says so: earlier versions wrote none. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function listed(list: unknown, onDamaged: KeptStates['onDamaged']): KeptBlock | undefined {
  const isSound = (state: Partial<ObjectState> | null): state is ObjectState => isState(state, state?.id ?? '');
  if (!Array.isArray(list) || !list.every(isSound)) return undefined;
  const among = { text: '', lengths: [], sums: [], columns: {}, onDamaged };
  return {
    states: deepFreeze(list).map((state, at) => new KeptState(state.id, state, among, at)),
    seq: Math.max(0, ...list.map(({ seq }) => seq)),
  };
}

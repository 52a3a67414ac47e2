import type { Plain } from '../plain.ts';
import type { ObjectState } from '../record/object-state.ts';
import type { Standing } from '../record/standing.ts';

/** An object's state that is checked and read when it is first asked for. */
export interface LazyState {
  readonly id: string;
  /** Whether there is a state: what is kept of it is as it was written. */
  isSound(): boolean;
  /** The state, frozen, the same one at each call; `undefined` when what is kept of it is damaged. */
  read(): ObjectState | undefined;
  /** A field's value as an index takes it. */
  field(name: string): Plain | undefined;
  /** How its object stands; `undefined` where the state had to be read for it and is damaged. */
  standing(): Standing | undefined;
}

/** A state as a table holds it. */
export type Held = ObjectState | LazyState;

/** Whether it has to be read. */
export function isLazy(held: Held): held is LazyState {
  return 'isSound' in held;
}

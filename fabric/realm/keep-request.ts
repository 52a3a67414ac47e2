import type { ObjectState } from '../record/object-state.ts';

/** Objects of a resident model for the realm's memory. */
export interface KeepRequest {
  readonly modelName: string;
  /** deleted ones go */
  readonly states: readonly ObjectState[];
  /** these are all there are: what is not among them goes */
  readonly isAll: boolean;
  /** fields by whose values objects are found without looking at all of them */
  readonly indexes: readonly string[];
}

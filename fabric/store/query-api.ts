import type { Plain, PlainRecord } from '../plain.ts';
import type { ObjectState } from '../record/object-state.ts';
import type { Held } from './held-state.ts';

/** What a field is compared with. A plain value that is no record means `eq`. */
export interface Operators {
  readonly eq?: Plain;
  readonly ne?: Plain;
  readonly gt?: number | string;
  readonly gte?: number | string;
  readonly lt?: number | string;
  readonly lte?: number | string;
  /** one of these, at most 1000 */
  readonly in?: readonly Plain[];
  /** a text that has this part, or a list that has this item */
  readonly contains?: Plain;
  readonly startsWith?: string;
}

/**
 * A condition on an object: on each of its fields, and on its metadata as `@id @version @owner @createdMs @updatedMs`.
 * Values of different types are never equal and never in an order; a field that is not there equals nothing.
 */
export interface Where {
  readonly and?: readonly Where[];
  readonly or?: readonly Where[];
  readonly not?: Where;
  readonly [field: string]: Plain | Operators | Where | readonly Where[] | undefined;
}

/** A question to one model's objects. */
export interface Query {
  readonly where?: Where;
  /** fields (or metadata) by weight; `-` before one: descending. Equal ones are in id order */
  readonly sort?: readonly string[];
  /** objects at most, 1 to 1000; default 1000 */
  readonly limit?: number;
  /** the cursor of the former page (`QueryPage.next`); or, where nothing is sorted, an id */
  readonly after?: string;
  /** relations whose objects are to be given too, as `related` of each object; not of type `custom` */
  readonly include?: readonly string[];
  /** fields to be given, default all */
  readonly select?: readonly string[];
}

/** One page of an answer. */
export interface QueryPage {
  readonly objects: readonly ObjectState[];
  /** where the next page begins, or `null` after the last one */
  readonly next: string | null;
}

/** What a condition looks at: an object's fields and its metadata. */
export type Row = Pick<ObjectState, 'id' | 'version' | 'owner' | 'createdMs' | 'updatedMs'> & {
  readonly fields: PlainRecord;
};

/** Objects as a query finds them: all in id order, or, where an index knows, those whose field has one of the values. */
export interface QuerySource {
  list(): readonly ObjectState[];
  /** those of `list` with ids strictly after `after`, each as it is asked for */
  each(after: string): Iterable<ObjectState>;
  /** all, deleted ones too, as they are held, none of them read for it, in no order */
  held(): Iterable<Held>;
  /** in id order; `undefined` where no index is kept of the field */
  having(field: string, values: readonly Plain[]): readonly ObjectState[] | undefined;
}

import type { PlainRecord } from '../plain.ts';

/** An object as model code sees it: frozen fields and the few methods that need no host. */
export interface ModelObject<Fields extends PlainRecord = PlainRecord> {
  readonly fields: Fields;
  readonly version: number;
  getId(): string;
  getName(): string;
  /** The next state with these changes; this one stays as it is. */
  update(changes: Partial<Fields>): ModelObject<Fields>;
  /** The same state, with the wish that what its flow has done is taken back. For a command to return. */
  compensate(): ModelObject<Fields>;
  readonly compensates: boolean;
  /** Whether both have the same id, version and fields. */
  equals(other: ModelObject): boolean;
  toJSON(): PlainRecord;
}

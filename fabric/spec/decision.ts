import type { Plain, PlainRecord } from '../plain.ts';
import type { StepStatus } from '../record/object-state.ts';
import type { IntentKind } from '../record/op.ts';
import type { Patch } from '../record/patch.ts';
import type { CallTicket } from './object-ask.ts';
import type { ObjectAbout } from './object-scope.ts';

/**
 * Asks model code what an intent makes of an object. `at: 'origin'` runs factory, schema, validation and the
 * command; `at: 'authority'` runs them again over a received op (a create's factory excepted) and merges.
 */
export interface DecideRequest {
  readonly at: 'origin' | 'authority';
  readonly modelName: string;
  readonly id: string;
  readonly kind: IntentKind;
  /** of a create: another host brings what it has made of the object as its own authority */
  readonly isHandedOver?: true;
  /** the object's fields now; `null` before its creation */
  readonly current: PlainRecord | null;
  readonly version: number;
  /** the schema version that `current` is of; absent: this build's */
  readonly currentSchema?: number;
  readonly command: string | null;
  /** create: the factory's input; update: the changes, at the authority their `asked`; command: its argument */
  readonly input: Plain;
  /** the received change (authority), or what a port brought back (kind `flow`, or `command` that names a port; both) */
  readonly patch: Patch | null;
  /** the schema version that the received change is of; absent: this build's */
  readonly patchSchema?: number;
  /** the port that brought it back, for kind `flow` */
  readonly port?: string | null;
  /** how its step ended, for kind `flow` */
  readonly status?: StepStatus;
  /** metadata of the object before the change */
  readonly about?: ObjectAbout;
  /** lets the code read; without it, it reaches nothing */
  readonly call?: CallTicket;
}

export interface Decision {
  /** the object's fields after the change; the former ones for a delete */
  readonly fields: PlainRecord;
  /** the effective change from `current` to `fields` */
  readonly patch: Patch;
  readonly schemaVersion: number;
  /** fields that both sides had changed */
  readonly conflicts: readonly string[];
  /** the id that an older model's factory gave the object that it made; it takes the place of the host's */
  readonly id?: string;
  /** of an update whose `patch` may hold more than it asks for (`onUpdate`, an older build's schema): the fields it names */
  readonly asked?: readonly string[];
  /** the command asked for what the object's flow has done to be taken back */
  readonly compensates?: true;
  /** federation name of the build that decided */
  readonly build: string;
}

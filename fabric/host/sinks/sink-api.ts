import type { PlainRecord } from '../../plain.ts';

/** An accepted change of an object, as it is forwarded. */
export interface SinkEvent {
  readonly type: 'change';
  /** `<term>:<model>:<seq>`: the same whenever it is delivered again, and never another change's */
  readonly id: string;
  /** its place in the order of its model's changes */
  readonly seq: number;
  /** domain events that it fired, such as `orderCreated` */
  readonly names: readonly string[];
  readonly modelName: string;
  readonly objectId: string;
  readonly version: number;
  /** `create`, `update`, `delete`, `command`, `flow`, `take-over` */
  readonly kind: string;
  /** of a command or a flow's step: the command's, the port's name */
  readonly command: string | null;
  readonly opId: string;
  /** in whose name it was accepted; `null`: not known any more */
  readonly user: string | null;
  readonly owner: string;
  readonly atMs: number;
  readonly deleted: boolean;
  /** the object as it leaves by a door; `null`: its model's serializers fail on it */
  readonly fields: PlainRecord | null;
}

/** The log does not have these changes any more. */
export interface SinkGap {
  readonly type: 'gap';
  readonly modelName: string;
  /** first and last seq of them */
  readonly from: number;
  readonly to: number;
}

/** The database has not what was delivered last: it is another one, or an earlier copy. All that it has is delivered. */
export interface SinkAnew {
  readonly type: 'anew';
  readonly modelName: string;
}

export type SinkRecord = SinkEvent | SinkGap | SinkAnew;

/** What is delivered at once; of one model, in the order of its changes. */
export interface SinkBatch {
  /** the same when the same batch is delivered again; printable ASCII */
  readonly delivery: string;
  readonly sink: string;
  readonly modelName: string;
  readonly records: readonly SinkRecord[];
}

/** `gone`: the receiver wants nothing more. */
export type SinkAnswer = 'delivered' | 'gone';

/** A place outside, to which changes are forwarded. Laws: `sink.contract.ts`. */
export interface Sink {
  readonly kind: 'webhook' | 'file' | 'broker';
  /** where to, for people; tells no secret */
  readonly target: string;
  /** Tells one place from every other, and nothing else of it; absent where `target` does. */
  readonly place?: string;
  /**
   * Resolves once the batch has been taken for good. Never called twice at once for one model.
   * @throws TestudoError `TOO_LARGE` for more than the receiver takes at once: a part of it is delivered
   * @throws whatever else says why it was not taken: it is delivered again; `signal.reason`
   */
  deliver(batch: SinkBatch, signal: AbortSignal): Promise<SinkAnswer>;
  close?(): Promise<void>;
}

/** Which changes a sink gets. */
export interface SinkFilter {
  /** absent: all */
  readonly models?: readonly string[];
  /** patterns over domain events: `orderCreated`, `order*`, `*` */
  readonly events: readonly string[];
  /** where one that is new begins: `start` = with all that the log has; `now` = with the next change */
  readonly from: 'start' | 'now';
}

/** How far a sink is with the changes of one model. */
export interface SinkStanding {
  readonly sink: string;
  readonly kind: Sink['kind'];
  readonly target: string;
  readonly modelName: string;
  /** `waiting`: the last delivery failed, it is tried again; `stopped`: the receiver is gone, until it is configured otherwise */
  readonly state: 'idle' | 'delivering' | 'waiting' | 'stopped';
  /** up to where it has been delivered */
  readonly seq: number;
  /** changes after that */
  readonly behind: number;
  /** failed deliveries in a row */
  readonly failures: number;
  /** why the last one failed */
  readonly error: string | null;
}

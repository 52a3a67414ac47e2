/** What may befall one host of a run, besides what the rates say. */
export const eventTypes = [
  'crash',
  'cut',
  'cut-requests',
  'cut-replies',
  'join',
  'leave',
  'clock',
  'compact',
  'full',
  'freeze',
  'slow',
  'rights',
  'tear',
  'lose',
  'flip',
  'restore',
  'clone',
  'doubt',
  'dismiss',
] as const;

export type SimEventType = (typeof eventTypes)[number];

/** Media that do not keep what they promised: what they lost is forgiven, and nothing else. */
export const lies: readonly SimEventType[] = ['tear', 'lose', 'flip', 'restore', 'clone'];

/**
 * A misfortune at its moment.
 *
 * - `crash`: the process ends, and another begins after `forMs`; with `tear`, a record of the commit under way is torn;
 *   with `flip`, a bit of a record on its disk turns; with `lose`, its disk forgets the commits of the last `forMs`
 * - `cut`, `cut-requests`, `cut-replies`: a device is cut off for `forMs`, both ways or one
 * - `join`: a new device; `leave`: a device that nobody starts again; `clone`: a second device on a copy of a profile
 * - `clock`: a host's clock jumps by `forMs`; `full`: its disk has no room for `forMs`
 * - `doubt`: the next commit of a host is told as failed, and is there all the same `forMs` later; 0: it is not
 * - `dismiss`: a user gives up a change that is not decided
 * - `compact`: the authority gives back what it need not keep
 * - `slow`: all that goes to and from a device is late for `forMs`; `rights`: a user sees more than before, or less
 * - `freeze`: a device's process stands still for `forMs`, while another takes its profile over
 * - `restore`: the authority's database is replaced by a backup that is `forMs` old
 */
export interface SimEvent {
  readonly type: SimEventType;
  /** ms of rough time before it */
  readonly atMs: number;
  /** which host: 0 is the authority where it can be meant, others are devices, modulo their number */
  readonly who: number;
  readonly forMs: number;
}

/** How often something goes wrong by itself, in per cent. */
export interface SimRates {
  readonly dropped: number;
  readonly doubled: number;
  readonly slow: number;
  readonly failedCommits: number;
  /** of single records; of ranges a tenth as many. Absent: none */
  readonly failedReads?: number;
  readonly lostRealms: number;
  readonly hungUp: number;
}

/** All that decides a run: the same plan, the same run. */
export interface SimPlan {
  readonly seed: number;
  /** devices at the beginning */
  readonly devices: number;
  /** rough times, each followed by a quiet one */
  readonly periods: number;
  readonly rates: SimRates;
  readonly events: readonly SimEvent[];
}

/** How long a rough time is. */
export const roughMs = 600;

const dayMs = 86_400_000;

/** How long an authority keeps what nobody needs any more. Times are counted on its own clock, in milliseconds. */
export interface Retention {
  /** entries of the log that are kept at most; whoever is further behind gets a snapshot */
  readonly logEntries: number;
  /** how long an entry of the log is kept at most */
  readonly logMs: number;
  /** how long a deleted object is kept at least; its id stays known as gone for good */
  readonly tombstonesMs: number;
  /** how long the key of a request is known at least: later it makes a new request */
  readonly requestsMs: number;
}

export const defaultRetention: Retention = {
  logEntries: 10_000,
  logMs: 30 * dayMs,
  tombstonesMs: 30 * dayMs,
  requestsMs: 7 * dayMs,
};

/** How many records a compaction has given back. */
export interface GivenBack {
  readonly log: number;
  /** decided ops: packed where they came from replicas, removed where they were made at the authority */
  readonly ops: number;
  readonly requests: number;
  readonly tombstones: number;
}

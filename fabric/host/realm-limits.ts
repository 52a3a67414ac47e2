/** How long model code may keep its realm from answering, and how much it may hold. Milliseconds and bytes. */
export interface RealmLimits {
  /** a realm with calls under way that has answered nothing for so long is ended */
  readonly answerMs: number;
  /** a hook (factory, validation, command, …) that has not settled by then is refused */
  readonly hookMs: number;
  /** a build that is not loaded by then ends its realm */
  readonly loadMs: number;
  /** heap and external memory of one realm, where the platform can tell (Node) */
  readonly heapBytes: number;
}

/** For machines with other work: a realm that is ended in error costs more than one that is ended late. */
export const defaultLimits: RealmLimits = {
  answerMs: 2000,
  hookMs: 10_000,
  loadMs: 30_000,
  heapBytes: 512 * 1024 * 1024,
};

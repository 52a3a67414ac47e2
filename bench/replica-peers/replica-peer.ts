/** How many objects of eight fields a replica gets. */
export const OBJECTS = 20_000;

/** One way to keep objects at a replica, in memory, with what makes them merge. */
export interface ReplicaPeer {
  readonly name: string;
  /** how many objects a round takes; default `OBJECTS` */
  readonly objects?: number;
  /** default: as many as the contest has */
  readonly rounds?: number;
  /** Writes the objects at a new replica and encodes what others are to get. @returns what has to stay in memory */
  write(): unknown;
  /** Records what others get. @returns what applies that at a new replica, and gives what has to stay in memory */
  record(): Promise<() => unknown> | (() => unknown);
}

/** Checks that a replica has got everything. */
export function expectObjects(found: number, expected: number = OBJECTS): void {
  if (found !== expected) throw new Error(`${found} of ${expected} objects were applied`);
}

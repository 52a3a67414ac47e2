import { hasCode } from '../error.ts';
import type { EncodedWrite } from './record-codec.ts';

interface QueuedCommit {
  readonly writes: readonly EncodedWrite[];
  resolve(): void;
  reject(error: unknown): void;
}

/** How a store writes; both are called by the queue only, never at the same time. */
export interface CommitQueueOptions {
  /** Applies all writes in one transaction or rejects and changes nothing. */
  apply(writes: readonly EncodedWrite[]): Promise<void> | void;
  /** After a group of so many commits: lets calls that arrived during `apply` queue, where that needs a turn of its own. */
  rest?(commits: number): Promise<void> | undefined;
}

/** Commits in call order; resolves when durable. */
export type CommitQueue = (writes: readonly EncodedWrite[]) => Promise<void>;

function isSilence(error: unknown): boolean {
  return hasCode(error) && error.code === 'DEADLINE';
}

/**
 * Groups what queued behind a running commit into one transaction; a lone commit never waits for others. When a
 * group is refused, each of its commits is tried alone, so that one bad commit costs only its own caller. When the
 * store is silent (`DEADLINE`), all that wait are refused with it.
 */
export function commitQueue({ apply, rest }: CommitQueueOptions): CommitQueue {
  let queue: QueuedCommit[] = [];
  let isDraining = false;

  function rejectAll(group: readonly QueuedCommit[], error: unknown): void {
    const all = [...group, ...queue];
    queue = [];
    for (const commit of all) commit.reject(error);
  }

  async function settle(group: readonly QueuedCommit[]): Promise<void> {
    try {
      const [first] = group;
      await apply(group.length === 1 && first ? first.writes : group.flatMap(({ writes }) => writes));
    } catch (error) {
      if (isSilence(error)) rejectAll(group, error);
      else if (group.length > 1) for (const commit of group) await settle([commit]);
      else group[0]?.reject(error);
      return;
    }
    for (const commit of group) commit.resolve();
  }

  async function drain(): Promise<void> {
    while (queue.length > 0) {
      const group = queue;
      queue = [];
      await settle(group);
      const resting = rest?.(group.length);
      if (resting) await resting;
    }
    isDraining = false;
  }

  return (writes) =>
    new Promise<void>((resolve, reject) => {
      queue.push({ writes, resolve, reject });
      if (isDraining) return;
      isDraining = true;
      queueMicrotask(() => void drain());
    });
}

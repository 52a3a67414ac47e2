import { isUnfinished } from '../../record/flow-owner.ts';
import type { ObjectState } from '../../record/object-state.ts';
import type { FeedView } from '../../sync/feed-view.ts';
import type { SimWorld } from './sim-world.ts';

/** Whose objects a user sees: all but the secret ones, those of them that are plain in `a`, or none. */
export type SimRight = 'all' | 'plain' | 'none';

export const simRights: readonly SimRight[] = ['all', 'plain', 'none'];

type Seen = Pick<ObjectState, 'fields'>;

/** What users see, and how that changes. An object enters and leaves what is `plain` with each change of its field `a`. */
export class SimRights {
  /** users whose right has changed since the world was last at rest */
  readonly changed: Set<string> = new Set();
  readonly #world: SimWorld;
  readonly #rights = new Map<string, SimRight>();

  constructor(world: SimWorld) {
    this.#world = world;
  }

  of(user: string): SimRight {
    const right = this.#rights.get(user) ?? (this.#world.stream(`right of ${user}`).chance(0.3) ? 'plain' : 'all');
    this.#rights.set(user, right);
    return right;
  }

  /** Gives a user another right. */
  change(user: string, by: number): void {
    const others = simRights.filter((right) => right !== this.of(user));
    this.#rights.set(user, others[by % others.length] as SimRight);
    this.changed.add(user);
  }

  sees(user: string, state: Seen): boolean {
    return isSeen(this.of(user), state);
  }

  /** Whether the feed has to show an object to a user's host: its flow has to be finished there, or he sees it. */
  shows(user: string, state: ObjectState): boolean {
    return this.sees(user, state) || (state.flow !== null && isUnfinished(state.flow) && state.flow.owner === user);
  }

  /** What the authority shows a user's host of that name. */
  view(user: string): FeedView {
    const right = this.of(user);
    return { digest: `${right}-${user}`, sees: (row, runner) => runner === user || isSeen(right, row) };
  }
}

function isSeen(right: SimRight, { fields }: Seen): boolean {
  if (right === 'plain' && typeof fields['a'] === 'object') return false;
  return right !== 'none' && fields['secret'] !== true;
}

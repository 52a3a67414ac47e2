import { hasCode } from '../../error.ts';
import type { AuthorityLink } from '../../sync/sync-api.ts';
import { draftOp } from './draft-op.ts';
import type { Random } from './random.ts';
import type { SimAuthority } from './sim-authority.ts';
import { partition, type SimWorld } from './sim-world.ts';

/** Another user, who pushes under the name of a replica that is not his: the next op of it, or one decided before. */
export class SimImpostor {
  readonly name = 'impostor';
  readonly #world: SimWorld;
  readonly #authority: SimAuthority;
  readonly #link: AuthorityLink;
  readonly #random: Random;

  constructor(world: SimWorld, authority: SimAuthority, link: AuthorityLink) {
    this.#world = world;
    this.#authority = authority;
    this.#link = link;
    this.#random = world.stream(this.name);
  }

  async run(): Promise<void> {
    const { time } = this.#world;
    const random = this.#random;
    for (await time.wait(100); ; await time.wait(random.between(20, 120))) {
      if (!this.#world.isRough) continue;
      const decided = this.#authority.ledger.decided.filter(({ op }) => op.replica !== this.#authority.name);
      if (decided.length === 0) continue;
      const { replica } = random.pick(decided).op;
      const last = decided.filter(({ op }) => op.replica === replica).length;
      void this.#push(replica, last + random.between(0, 1));
    }
  }

  async #push(replica: string, counter: number): Promise<void> {
    const { count, violate, log } = this.#world;
    const draft = draftOp({ kind: 'create', id: `forged-${replica}-${counter}` });
    count('replicasClaimed');
    try {
      const reply = await this.#link.push({ replica, ops: [{ ...draft, replica, partition, counter }] });
      violate(`${this.name} pushed ${replica}:${counter} and was answered ${JSON.stringify(reply)}`);
    } catch (error) {
      if (!hasCode(error) || error.code === 'REPLICA_FORKED') violate(`${this.name} was told ${String(error)}`);
      else log(`${this.name} pushes ${replica}:${counter}: ${error.code}`);
    }
  }
}

import type { Principal } from '../../access/principal.ts';
import type { ObjectState } from '../../record/object-state.ts';
import type { Authority } from '../../sync/sync-api.ts';
import { SimDisk } from './sim-disk.ts';
import { simJudge } from './sim-judge.ts';
import type { Doors } from './sim-network.ts';
import { partition, type SimWorld } from './sim-world.ts';

export const simPrincipal = (user: string): Principal => ({ user, roles: [], tenant: 'sim' });

/** Objects that nobody may read back, not even who made them. */
export const isReadable = (state: ObjectState): boolean => state.fields['secret'] !== true;

/** The authority's process: it dies and comes back on the same disk, now and then as a restored database. */
export class SimAuthority {
  readonly name = 'authority';
  readonly disk: SimDisk;
  authority: Authority | null = null;
  doors: Doors | null = null;
  life = 0;
  readonly #world: SimWorld;
  #epoch = 1;

  constructor(world: SimWorld) {
    this.#world = world;
    this.disk = new SimDisk({ time: world.time, random: world.random, isRough: () => world.isRough });
  }

  async start(): Promise<void> {
    const { kit, random, time } = this.#world;
    const life = (this.life += 1);
    if (life > 1 && random.chance(0.2)) this.#epoch += 1;
    const authority = await kit.openAuthority({
      partition,
      datasource: this.disk.open(),
      judge: simJudge(this.#world),
      mayRead: (_, state) => isReadable(state),
      replica: this.name,
      epoch: `epoch${this.#epoch}`,
      now: () => time.now(),
      onError: (error) => this.#world.violate(`a listener of the authority failed: ${String(error)}`),
    });
    if (life !== this.life) return;
    this.authority = authority;
    this.doors = {
      push: (request) => authority.push(request, simPrincipal(request.replica)),
      pull: (request) => authority.pull(request, simPrincipal('reader')),
    };
    this.#world.log(`authority up, life ${life}, epoch ${this.#epoch}, seq ${authority.seq}`);
  }

  crash(): void {
    this.life += 1;
    this.disk.crash();
    this.authority = null;
    this.doors = null;
    this.#world.count('authorityCrashes');
    this.#world.log('authority crashed');
  }
}

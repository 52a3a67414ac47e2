import type { Principal } from '../../access/principal.ts';
import type { ObjectState } from '../../record/object-state.ts';
import { hasCode } from '../../error.ts';
import { opId } from '../../record/op.ts';
import type { Authority, OpDraft } from '../../sync/sync-api.ts';
import { compactNowAndThen } from './sim-compaction.ts';
import { SimDisk } from './sim-disk.ts';
import { SimFlowRunner } from './sim-flow.ts';
import { SimIntents } from './sim-intents.ts';
import { SimLeases } from './sim-leases.ts';
import { simJudge } from './sim-judge.ts';
import type { Doors } from './sim-network.ts';
import type { SimPartner } from './sim-partner.ts';
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
  /** odd while the process is up, or starting */
  life = 0;
  /** own ops that were reported durable, with their seq */
  readonly acknowledged: Map<string, number> = new Map();
  /** whether a host is connected, as far as can be seen from here */
  isPresent: (host: string) => boolean = () => true;
  readonly #world: SimWorld;
  readonly #partner: SimPartner;
  readonly #intents: SimIntents;
  /** asked for, without an answer so far */
  #unanswered: OpDraft[] = [];
  #epoch = 1;

  constructor(world: SimWorld, partner: SimPartner) {
    this.#world = world;
    this.#partner = partner;
    this.#intents = new SimIntents(world, this.name);
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
      onError: (error) => {
        if (hasCode(error) && error.code === 'INTERNAL') this.#world.count('judgeBroken');
        else this.#world.violate(`a listener of the authority failed: ${String(error)}`);
      },
    });
    if (life !== this.life) return;
    this.authority = authority;
    this.doors = {
      push: (request, user) => authority.push(request, simPrincipal(user)),
      pull: (request) => authority.pull(request, simPrincipal('reader')),
    };
    this.#world.log(`authority up, life ${life}, epoch ${this.#epoch}, seq ${authority.seq}`);
    const isAlive = (): boolean => this.life === life;
    void this.#use(authority, isAlive);
    void this.#runFlows(authority, isAlive);
    void compactNowAndThen(this.#world, authority, isAlive);
  }

  get isUp(): boolean {
    return this.life % 2 === 1;
  }

  crash(): void {
    if (this.isUp) this.life += 1;
    this.disk.crash();
    this.authority = null;
    this.doors = null;
    this.#world.count('authorityCrashes');
    this.#world.log('authority crashed');
  }

  /** A user of the authority's own door, who repeats what got no answer before the crash. */
  async #use(authority: Authority, isAlive: () => boolean): Promise<void> {
    const { time, random } = this.#world;
    const again = this.#unanswered.filter((draft) => draft.requestId !== '');
    this.#unanswered = [];
    for (const draft of again) void this.#submit(authority, draft, isAlive);
    for (
      await time.wait(random.between(1, 30));
      isAlive() && this.#world.isRough;
      await time.wait(random.between(10, 100))
    ) {
      void this.#submit(authority, this.#intents.next(authority.list()), isAlive);
    }
  }

  async #submit(authority: Authority, draft: OpDraft, isAlive: () => boolean): Promise<void> {
    this.#unanswered.push(draft);
    try {
      const { op, state } = await authority.submit(draft, simPrincipal(this.name));
      if (!isAlive()) return;
      this.#world.log(`authority took ${op.counter} ${op.kind} ${op.id} as ${state.seq}`);
      this.acknowledged.set(opId(op), state.seq);
    } catch (error) {
      if (!hasCode(error)) this.#world.violate(`submit failed with ${String(error)}`);
      else this.#world.log(`authority could not ${draft.kind} ${draft.id}: ${error.code}`);
    }
    if (isAlive()) this.#unanswered = this.#unanswered.filter((each) => each !== draft);
  }

  async #runFlows(authority: Authority, isAlive: () => boolean): Promise<void> {
    const { time, random } = this.#world;
    const write = (draft: OpDraft): Promise<unknown> => authority.submit(draft, simPrincipal(this.name));
    const host = { name: this.name, isAlive, list: () => authority.list(), isRecorded: () => false, write };
    const flows = new SimFlowRunner(this.#world, this.#partner, host);
    const leases = new SimLeases(this.#world, this.#partner, {
      ...host,
      isPresent: (name) => this.isPresent(name),
      submit: (draft) => this.#submit(authority, draft, isAlive),
    });
    for (; isAlive(); await time.wait(random.between(5, 30))) {
      flows.look();
      leases.look();
    }
  }
}

import { errorCodes, hasCode } from '../../error.ts';
import type { Op } from '../../record/op.ts';
import type { AuthorityLink, OpDraft, Replica } from '../../sync/sync-api.ts';
import { SimDisk } from './sim-disk.ts';
import { SimFlowRunner } from './sim-flow.ts';
import { SimIntents } from './sim-intents.ts';
import type { SimNetwork } from './sim-network.ts';
import type { SimPartner } from './sim-partner.ts';
import { partition, type SimWorld } from './sim-world.ts';
import type { StandingLaws } from './standing-laws.ts';

/** A browser with its user. The process dies and comes back; what the user was told is remembered. */
export class SimReplica {
  readonly name: string;
  readonly disk: SimDisk;
  /** ops that were reported durable */
  readonly acknowledged: Op[] = [];
  replica: Replica | null = null;
  /** odd while the process is up, or starting */
  life = 0;
  readonly #world: SimWorld;
  readonly #network: SimNetwork;
  readonly #partner: SimPartner;
  readonly #intents: SimIntents;
  /** asked for, without an answer so far */
  #unanswered: OpDraft[] = [];

  constructor(world: SimWorld, name: string, parts: { readonly network: SimNetwork; readonly partner: SimPartner }) {
    this.name = name;
    this.#world = world;
    this.#network = parts.network;
    this.#partner = parts.partner;
    this.#intents = new SimIntents(world, name);
    this.disk = new SimDisk({ time: world.time, random: world.random, isRough: () => world.isRough });
  }

  async start(laws: StandingLaws, link: (link: AuthorityLink) => AuthorityLink): Promise<void> {
    const { kit, time } = this.#world;
    const life = (this.life += 1);
    const isAlive = (): boolean => this.life === life;
    const replica = await kit.openReplica({
      partition,
      datasource: this.disk.open(),
      replica: this.name,
      link: link(this.#network.link(this.name, isAlive)),
      blockStates: 3,
      onError: (error) => this.#world.violate(`${this.name} reports ${String(error)}`),
      now: () => time.now(),
    });
    if (!isAlive()) return;
    this.replica = replica;
    this.#world.log(`${this.name} up, life ${life}, ${replica.pending().length} pending`);
    laws.check(this);
    void this.#use(replica, isAlive);
    void this.#sync(replica, isAlive, laws);
  }

  get isUp(): boolean {
    return this.life % 2 === 1;
  }

  crash(): void {
    if (this.isUp) this.life += 1;
    this.replica = null;
    this.disk.crash();
    this.#world.count('replicaCrashes');
    this.#world.log(`${this.name} crashed`);
  }

  /** The user: repeats what got no answer before the crash, then goes on doing things. */
  async #use(replica: Replica, isAlive: () => boolean): Promise<void> {
    const { time, random } = this.#world;
    const again = this.#unanswered.filter((draft) => draft.requestId !== '');
    this.#unanswered = [];
    for (const draft of again) {
      this.#world.count('requestsRepeated');
      void this.#write(replica, draft, isAlive);
    }
    for (
      await time.wait(random.between(1, 30));
      isAlive() && this.#world.isRough;
      await time.wait(random.between(5, 75))
    ) {
      for (let burst = random.chance(0.3) ? 3 : 1; burst > 0; burst -= 1) {
        void this.#write(replica, this.#intents.next(replica.list()), isAlive);
      }
    }
  }

  async #write(replica: Replica, draft: OpDraft, isAlive: () => boolean): Promise<void> {
    this.#unanswered.push(draft);
    try {
      const { op } = await replica.write(draft, [], this.name);
      if (!isAlive()) return;
      this.#world.log(`${this.name} wrote ${op.counter} ${op.kind} ${op.id}`);
      if (!this.acknowledged.some(({ counter }) => counter === op.counter)) this.acknowledged.push(op);
    } catch (error) {
      if (!hasCode(error)) this.#world.violate(`${this.name} write failed with ${String(error)}`);
      else this.#world.log(`${this.name} could not ${draft.kind} ${draft.id}: ${error.code}`);
    }
    if (isAlive()) this.#unanswered = this.#unanswered.filter((each) => each !== draft);
  }

  async #sync(replica: Replica, isAlive: () => boolean, laws: StandingLaws): Promise<void> {
    const { time, random } = this.#world;
    const host = {
      name: this.name,
      isAlive,
      list: () => replica.list().flatMap(({ id }) => replica.confirmed(id) ?? []),
      isRecorded: (key: string) => replica.pending().some(({ step }) => step?.key === key),
      write: (draft: OpDraft) => replica.write(draft),
    };
    const flows = new SimFlowRunner(this.#world, this.#partner, host);
    replica.onChange((change) => {
      if (isAlive() && change.type === 'state') laws.nothingGoesBack(this, change.state.id);
    });
    for (; isAlive(); await time.wait(random.between(5, 30))) {
      try {
        await replica.exchange();
      } catch (error) {
        this.#judgeFailure(error);
      }
      if (!isAlive()) return;
      laws.check(this);
      flows.look();
    }
  }

  #judgeFailure(error: unknown): void {
    const isExpected = hasCode(error) && errorCodes[error.code].retryable;
    this.#world.count('exchangesFailed');
    if (isExpected) this.#world.log(`${this.name} exchange: ${error.code}`);
    else
      this.#world.violate(
        `${this.name} exchange failed with ${hasCode(error) ? `${error.code}: ` : ''}${String(error)}`,
      );
  }
}

import type { AuthorityLink } from '../../sync/sync-api.ts';
import { isUnfinished } from '../../record/flow-owner.ts';
import { checkFlows } from './flow-laws.ts';
import { judgedWorld } from './judged-world.ts';
import { verdicts } from './oracle.ts';
import { SimAuthority } from './sim-authority.ts';
import { SimDevice } from './sim-device.ts';
import { SimImpostor } from './sim-impostor.ts';
import { SimMisfortune } from './sim-misfortune.ts';
import { SimNetwork } from './sim-network.ts';
import { SimPartner } from './sim-partner.ts';
import { roughMs, type SimPlan } from './sim-plan.ts';
import { SimProcess } from './sim-process.ts';
import { SimRawClient } from './sim-raw-client.ts';
import { simWorld, type SimWorld } from './sim-world.ts';
import { StandingLaws } from './standing-laws.ts';
import type { SyncKit } from './sync-kit.ts';

/** What came of a run: no violations, if the code under test is right. */
export interface SimReport {
  readonly plan: SimPlan;
  readonly violations: readonly string[];
  readonly trace: readonly string[];
  readonly counts: { readonly [what: string]: number };
}

/** How long everything may take to come to rest once nothing fails any more. */
const restMs = 30_000;
const smallPage = 6;
const names = ['ann', 'bob', 'cyd', 'dan', 'eve', 'fay', 'gus', 'hal'];

/** Lives through one plan: rough times, each followed by a quiet one, at the end of which every law must hold. */
export async function simulate(plan: SimPlan, kit: SyncKit): Promise<SimReport> {
  return new Simulation(simWorld(plan, kit)).run();
}

class Simulation {
  readonly #world: SimWorld;
  readonly #authority: SimAuthority;
  readonly #network: SimNetwork;
  readonly #partner: SimPartner;
  readonly #laws: StandingLaws;
  readonly #devices: SimDevice[] = [];
  readonly #raw: SimRawClient;
  readonly #misfortune: SimMisfortune;
  readonly #promised = new Set<string>();
  #joined = 0;

  constructor(world: SimWorld) {
    this.#world = world;
    this.#partner = new SimPartner(world);
    this.#authority = new SimAuthority(world, this.#partner);
    this.#authority.isPresent = (host) => this.#isPresent(host);
    this.#laws = new StandingLaws(world, this.#authority.ledger, this.#authority.lostObjects);
    this.#network = new SimNetwork(world, () => this.#authority.doors);
    this.#authority.tell = (client, page) => this.#network.tell(client, page);
    this.#raw = new SimRawClient(world, this.#authority, this.#stranger('raw'));
    this.#misfortune = new SimMisfortune({
      world,
      authority: this.#authority,
      devices: this.#devices,
      network: this.#network,
      join: (original) => this.#join(original),
    });
  }

  async run(): Promise<SimReport> {
    const { plan, violations, trace, counts } = this.#world;
    void this.#authority.start();
    for (let left = plan.devices; left > 0; left -= 1) this.#join();
    void this.#raw.run();
    void new SimImpostor(this.#world, this.#authority, this.#stranger('impostor')).run();
    for (let period = 0; period < plan.periods && violations.length === 0; period += 1) await this.#live(period);
    return { plan, violations, trace, counts: { ...counts, ...this.#network.counts, ...this.#diskCounts() } };
  }

  async #live(period: number): Promise<void> {
    const { time, violations } = this.#world;
    this.#world.isRough = true;
    this.#misfortune.plan(period);
    await time.runUntil(() => violations.length > 0, time.now() + roughMs);
    if (violations.length > 0) return;
    this.#world.log('healed');
    this.#world.isRough = false;
    this.#misfortune.heal();
    await this.#rest();
    if (violations.length > 0) return;
    this.#laws.settle();
    this.#world.rights.changed.clear();
    const rested = {
      authority: this.#authority,
      devices: this.#devices,
      promised: this.#promised,
      rights: this.#world.rights,
    };
    if (!this.#raw.isDone) this.#world.violate('the raw client has ops that were never decided');
    for (const verdict of verdicts(judgedWorld(rested))) this.#world.violate(verdict);
    checkFlows({ world: this.#world, authority: this.#authority, partner: this.#partner });
  }

  /** A new device, or one on a copy of another's disk. */
  #join(original?: SimDevice): void {
    const name = names[this.#joined];
    if (name === undefined) return;
    this.#joined += 1;
    const parts = {
      network: this.#network,
      partner: this.#partner,
      laws: this.#laws,
      witnessed: <T extends AuthorityLink>(link: T): T => this.#witnessed(link),
    };
    const device = new SimDevice(
      this.#world,
      original === undefined ? name : `${original.name}-${name}`,
      parts,
      original,
    );
    this.#devices.push(device);
    void device.start();
  }

  #isPresent(host: string): boolean {
    return this.#devices.some(({ name, label, isUp }) => name === host && isUp && !this.#network.isCut(label));
  }

  #stranger(name: string): AuthorityLink {
    const client = { client: name, user: name, process: new SimProcess(this.#world.time) };
    return this.#witnessed(this.#network.link(client));
  }

  /** Remembers every acceptance that a client was told of, and asks for small pages. */
  #witnessed<T extends AuthorityLink>(link: T): T {
    return {
      ...link,
      pull: (request) => link.pull({ ...request, limit: smallPage }),
      push: async (request) => {
        const reply = await link.push(request);
        for (let left = reply.adopted ?? 0; left > 0; left -= 1) this.#world.count('objectsBroughtBack');
        for (const result of reply.results)
          if (result.status === 'accepted') this.#promised.add(`${request.replica}:${result.counter}@${result.seq}`);
        return reply;
      },
    };
  }

  /** Lets time pass until everybody has caught up, a law is broken, or it takes too long. */
  async #rest(): Promise<void> {
    const { time, violations } = this.#world;
    const deadlineMs = time.now() + restMs;
    const startMs = time.now();
    do await time.runUntil(() => violations.length > 0, time.now() + 25);
    while (violations.length === 0 && time.now() < deadlineMs && !this.#isAtRest());
    this.#world.log(`at rest after ${time.now() - startMs} ms`);
  }

  #isAtRest(): boolean {
    const { authority } = this.#authority;
    if (authority === null || !this.#raw.isDone) return false;
    const objects = authority.list();
    const hasSteps = objects.some(({ flow }) => flow !== null && isUnfinished(flow));
    const isCurrent = ({ replica, name }: SimDevice): boolean => {
      const seen = objects.filter((state) => this.#world.rights.sees(name, state));
      if (replica === null || replica.pending().length > 0 || replica.list().length !== seen.length) return false;
      return seen.every(({ id, seq }) => replica.get(id)?.seq === seq);
    };
    return !hasSteps && this.#devices.every(isCurrent);
  }

  #diskCounts(): { readonly [what: string]: number } {
    const total: { [what: string]: number } = {};
    for (const { disk } of [this.#authority, ...this.#devices])
      for (const [what, count] of Object.entries(disk.counts)) total[what] = (total[what] ?? 0) + count;
    return total;
  }
}

import type { AuthorityLink } from '../../sync/sync-api.ts';
import { isUnfinished } from '../../record/flow-owner.ts';
import { checkFinalLaws } from './final-laws.ts';
import { isReadable, SimAuthority } from './sim-authority.ts';
import { SimPartner } from './sim-partner.ts';
import { SimImpostor } from './sim-impostor.ts';
import { SimNetwork } from './sim-network.ts';
import { SimRawClient } from './sim-raw-client.ts';
import { SimReplica } from './sim-replica.ts';
import { simWorld, type SimWorld } from './sim-world.ts';
import { StandingLaws } from './standing-laws.ts';
import type { SyncKit } from './sync-kit.ts';

/** What came of a run: no violations, if the code under test is right. */
export interface SimReport {
  readonly seed: number;
  readonly violations: readonly string[];
  readonly trace: readonly string[];
  readonly counts: { readonly [what: string]: number };
}

const roughMs = 900;
const smallPage = 6;

/** Lives through one seed: a rough time with crashes and a bad network, then peace, then the laws. */
export async function simulate(seed: number, kit: SyncKit): Promise<SimReport> {
  const simulation = new Simulation(simWorld(seed, kit));
  return { seed, ...(await simulation.run()) };
}

class Simulation {
  readonly #world: SimWorld;
  readonly #authority: SimAuthority;
  readonly #network: SimNetwork;
  readonly #partner: SimPartner;
  readonly #laws: StandingLaws;
  readonly #replicas: SimReplica[] = [];
  readonly #raw: SimRawClient;
  readonly #promised = new Map<string, number>();

  constructor(world: SimWorld) {
    this.#world = world;
    this.#partner = new SimPartner(world);
    this.#authority = new SimAuthority(world, this.#partner);
    this.#authority.isPresent = (host) => this.#isPresent(host);
    this.#laws = new StandingLaws(world, this.#authority);
    this.#network = new SimNetwork({ time: world.time, random: world.random, doors: () => this.#authority.doors });
    this.#raw = new SimRawClient(world, this.#authority, this.#witnessed(this.#network.link('raw', () => true)));
  }

  async run(): Promise<Omit<SimReport, 'seed'>> {
    const { time, random, violations, trace, counts } = this.#world;
    const startMs = time.now();
    void this.#authority.start();
    for (const name of ['ann', 'bob', 'gone']) this.#join(name);
    void this.#raw.run();
    void new SimImpostor(
      this.#world,
      this.#authority,
      this.#network.link('impostor', () => true),
    ).run();
    time.after(roughMs / 2, () => this.#join('late'));
    time.after(roughMs / 2 + random.between(0, 300), () => this.#leave('gone'));
    void this.#misfortune();
    await time.runUntil(() => violations.length > 0, startMs + roughMs);
    if (violations.length === 0) await this.#heal();
    return { violations, trace, counts: { ...counts, ...this.#network.counts, ...this.#diskCounts() } };
  }

  #join(name: string): void {
    const replica = new SimReplica(this.#world, name, { network: this.#network, partner: this.#partner });
    this.#replicas.push(replica);
    this.#startReplica(replica);
  }

  /** A device that nobody ever starts again: what its flows had to do is left to the authority. */
  #leave(name: string): void {
    const index = this.#replicas.findIndex((replica) => replica.name === name);
    for (const replica of this.#replicas.splice(index, 1)) replica.crash();
  }

  #isPresent(host: string): boolean {
    return this.#replicas.some(({ name, isUp }) => name === host && isUp) && !this.#network.isCut(host);
  }

  #startReplica(replica: SimReplica): void {
    if (!this.#replicas.includes(replica)) return;
    void replica.start(this.#laws, (link) => this.#witnessed(link));
  }

  /** Remembers every acceptance that a client was told of, and asks for small pages. */
  #witnessed(link: AuthorityLink): AuthorityLink {
    return {
      pull: (request) => link.pull({ ...request, limit: smallPage }),
      push: async (request) => {
        const reply = await link.push(request);
        for (const result of reply.results) {
          if (result.status === 'accepted') this.#promised.set(`${request.replica}:${result.counter}`, result.seq);
        }
        return reply;
      },
    };
  }

  /** Processes die in the middle of anything, and cables are pulled. */
  async #misfortune(): Promise<void> {
    const { time, random } = this.#world;
    for (await time.wait(30); this.#world.isRough; await time.wait(random.between(10, 90))) {
      if (random.chance(0.3)) void this.#bounce(this.#authority);
      else if (random.chance(0.6)) void this.#bounce(random.pick(this.#replicas));
      else void this.#unplug(random.pick(this.#replicas).name);
    }
  }

  async #bounce(victim: SimAuthority | SimReplica): Promise<void> {
    const { time, random } = this.#world;
    if (!victim.isUp) return;
    victim.crash();
    await time.wait(random.between(1, 60));
    if (!victim.isUp) this.#start(victim);
  }

  #start(host: SimAuthority | SimReplica): void {
    if (host instanceof SimReplica) this.#startReplica(host);
    else void host.start();
  }

  async #unplug(name: string): Promise<void> {
    const { time, random } = this.#world;
    this.#network.cut(name, true);
    this.#world.count('cuts');
    await time.wait(random.between(50, 250));
    this.#network.cut(name, false);
  }

  /** Nothing fails any more; everybody is up and has time to catch up. */
  async #heal(): Promise<void> {
    const { time, violations, log } = this.#world;
    log('healed');
    this.#world.isRough = false;
    this.#network.isRough = false;
    if (!this.#authority.isUp) this.#start(this.#authority);
    for (const replica of this.#replicas) {
      this.#network.cut(replica.name, false);
      if (!replica.isUp) this.#start(replica);
    }
    const isOver = (): boolean => violations.length > 0;
    await time.runUntil(isOver, time.now() + 300);
    for (let waits = 0; waits < 20 && !isOver() && !this.#isAtRest(); waits += 1)
      await time.runUntil(isOver, time.now() + 100);
    if (isOver()) return;
    if (!this.#raw.isDone) this.#world.violate('the raw client has ops that were never decided');
    checkFinalLaws({
      world: this.#world,
      authority: this.#authority,
      replicas: this.#replicas,
      partner: this.#partner,
      promised: new Map([...this.#promised, ...this.#authority.acknowledged]),
    });
  }

  #isAtRest(): boolean {
    const { authority } = this.#authority;
    if (authority === null || !this.#raw.isDone) return false;
    const objects = authority.list().filter(isReadable);
    const hasSteps = objects.some(({ flow }) => flow !== null && isUnfinished(flow));
    const isCurrent = ({ replica }: SimReplica): boolean =>
      replica !== null &&
      replica.pending().length === 0 &&
      replica.list().length === objects.length &&
      objects.every(({ id, seq }) => replica.get(id)?.seq === seq);
    return !hasSteps && this.#replicas.every(isCurrent);
  }

  #diskCounts(): { readonly [what: string]: number } {
    const disks = [this.#authority, ...this.#replicas].map(({ disk }) => disk);
    const sum = (count: (disk: (typeof disks)[number]) => number): number =>
      disks.reduce((total, disk) => total + count(disk), 0);
    return { failedCommits: sum((disk) => disk.failedCommits), tornCommits: sum((disk) => disk.tornCommits) };
  }
}

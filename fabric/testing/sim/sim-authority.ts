import type { Principal } from '../../access/principal.ts';
import { errorCodes, hasCode, type TestudoError } from '../../error.ts';
import { opId } from '../../record/op.ts';
import type { EncodedWrite } from '../../store/record-codec.ts';
import { opKey } from '../../sync/keys.ts';
import { packKey } from '../../sync/packed-ops.ts';
import type { Authority, OpDraft } from '../../sync/sync-api.ts';
import type { Random } from './random.ts';
import { compact } from './sim-compaction.ts';
import { flip, spread } from './sim-damage.ts';
import { SimDisk } from './sim-disk.ts';
import { SimFollowers, type TellFollower } from './sim-followers.ts';
import { SimFlowRunner, type FlowHost } from './sim-flow.ts';
import { SimIntents } from './sim-intents.ts';
import { simJudge } from './sim-judge.ts';
import { SimLeases } from './sim-leases.ts';
import { SimLedger } from './sim-ledger.ts';
import type { Doors } from './sim-network.ts';
import type { SimPartner } from './sim-partner.ts';
import { SimProcess } from './sim-process.ts';
import { partition, type SimWorld } from './sim-world.ts';

export const simPrincipal = (user: string): Principal => ({ user, roles: [], tenant: 'sim' });

const silence = (): Promise<never> => new Promise(() => undefined);

/** The authority's process: it dies and comes back on the same disk, now and then on one that has forgotten something. */
export class SimAuthority {
  readonly name = 'authority';
  readonly label = 'authority';
  readonly disk: SimDisk;
  readonly ledger: SimLedger;
  authority: Authority | null = null;
  doors: Doors | null = null;
  clockMs = 0;
  /** own ops that were reported durable, with their seq */
  readonly acknowledged: Map<string, number> = new Map();
  /** marks of ops whose record was damaged: whether they were accepted may be known from nothing else */
  readonly unreadable: Set<string> = new Set();
  /** ids of objects that nothing on its disk restored; who has a copy may have brought them back since */
  readonly lostObjects: Set<string> = new Set();
  /** whether a host is connected, as far as can be seen from here */
  isPresent: (host: string) => boolean = () => true;
  /** how pages are pushed */
  tell: TellFollower = () => false;
  readonly #world: SimWorld;
  readonly #partner: SimPartner;
  readonly #random: Random;
  readonly #intents: SimIntents;
  #process: SimProcess | null = null;
  /** asked for, without an answer so far */
  #unanswered: OpDraft[] = [];
  #lives = 0;
  /** Whose a replica is may be lost with what the disk lost: the first who pushes says. An impostor comes too late. */
  #hasForgotten = false;
  #isDamaged = false;
  #compactions = 0;
  #followers: SimFollowers | null = null;

  constructor(world: SimWorld, partner: SimPartner) {
    this.#world = world;
    this.#partner = partner;
    this.#random = world.stream(this.label);
    this.#intents = new SimIntents(world, { user: this.name, now: () => this.now() });
    this.disk = new SimDisk(world.diskOptions(this.label));
    this.ledger = new SimLedger(this.disk, world.kit);
  }

  get isUp(): boolean {
    return this.#process !== null;
  }

  now(): number {
    return this.#world.time.now() + this.clockMs;
  }

  async start(): Promise<void> {
    const { kit, time, log } = this.#world;
    const process = new SimProcess(time);
    this.#process = process;
    this.#lives += 1;
    const opening = kit.openAuthority({
      partition,
      datasource: this.disk.open({
        deliver: (answer) => process.deliver(answer),
        onLanded: () => this.#beginAnew(process),
      }),
      judge: simJudge(this.#world),
      viewOf: ({ user }) => this.#world.rights.view(user),
      replica: this.name,
      epoch: 'database',
      life: `life${this.#lives}`,
      now: () => this.now(),
      onError: (error) => this.#hear(error),
    });
    const authority = await opening.catch((error: unknown) => this.#notOpened(error, process));
    if (authority === null || this.#process !== process) return;
    this.authority = authority;
    const tell: TellFollower = (client, page) => process.isAlive && this.tell(client, page);
    const followers = new SimFollowers(authority, tell, (error) => this.#hear(error));
    this.#followers = followers;
    this.doors = {
      push: (request, user) =>
        user === 'impostor' && this.#hasForgotten ? silence() : authority.push(request, simPrincipal(user)),
      pull: async (request, from) => {
        const page = await authority.pull(request, simPrincipal(from.user), from.user);
        return followers.begin(page, request.credits, from);
      },
      renew: (credits, client) => followers.renew(credits, client),
    };
    log(`authority up, life ${this.#lives}, seq ${authority.seq}`);
    void this.#use(authority, process);
    void this.#runFlows(authority, process);
  }

  /** What its users see has changed: all have to ask. */
  endFollowing(): void {
    this.#followers?.endAll();
  }

  /** Gives back what it need not keep, beside whatever else it does. */
  compact(): void {
    const [process, authority] = [this.#process, this.authority];
    if (process === null || authority === null) return;
    const random = this.#world.stream(`compaction ${this.#compactions}`);
    this.#compactions += 1;
    void compact(this.#world, authority, { random, isAlive: () => process.isAlive });
  }

  /** @returns the writes of a commit under way that are there all the same */
  crash(): readonly EncodedWrite[] | null {
    this.#process?.kill();
    this.#process = null;
    this.authority = null;
    this.doors = null;
    this.#followers = null;
    this.#world.count('authorityCrashes');
    this.#world.log('authority crashed');
    return this.disk.crash();
  }

  /** Its store has closed itself: the next process reads what is there. */
  #beginAnew(process: SimProcess): void {
    if (process !== this.#process) return;
    this.#world.count('begunAnew');
    this.crash();
    void this.start();
  }

  /** It opens its database again, unless it was told what waiting does not mend. */
  async #notOpened(error: unknown, process: SimProcess): Promise<null> {
    if (!hasCode(error) || !errorCodes[error.code].retryable) throw error;
    this.#world.count('opensFailed');
    this.#world.log(`authority has not opened: ${String(error)}`);
    await process.wait(10);
    if (process === this.#process) void this.start();
    return null;
  }

  /** Its database is an older one from now on. */
  forget(sinceMs: number): void {
    const lost = this.disk.forget(sinceMs);
    if (lost.length === 0) return;
    this.#hasForgotten = true;
    this.#world.count('rewoundAuthorities');
    this.#world.log(`authority has lost ${lost.length} commits`);
  }

  /** A bit of a record on its disk has turned. */
  damage(_cut: null): void {
    const random = this.#world.stream(`damage authority ${this.#lives}`);
    const lost = flip(this.disk, random, random.chance(0.6) ? 'objects/' : '');
    if (lost === null) return;
    spread(this.disk, lost, random);
    this.#isDamaged = true;
    this.#hasForgotten = true;
    this.#world.count('flippedBits');
    this.#world.log(`authority damaged: ${lost.collection} ${lost.key}`);
    const { collection, key } = lost;
    for (const { op, mark } of this.ledger.decided) {
      const record = collection.startsWith('ops/') ? opKey(op.replica, op.counter) : packKey(op);
      if (/^(ops|packed)\//.test(collection) && record === key) this.unreadable.add(mark);
    }
  }

  #hear(error: unknown): void {
    const code = hasCode(error) ? error.code : 'NOT_FOUND';
    const isOfDamage = this.#isDamaged && (code === 'CORRUPT' || errorCodes[code].retryable);
    if (code === 'INTERNAL') this.#world.count('judgeBroken');
    else if (code === 'UNAVAILABLE' && this.disk.counts.failedReads > 0)
      this.#world.log(`authority reports ${String(error)}`);
    else if (isOfDamage) this.#hearDamage(error as TestudoError);
    else this.#world.violate(`a listener of the authority failed: ${String(error)}`);
  }

  #hearDamage(error: TestudoError): void {
    this.#world.log(`authority reports ${String(error)}`);
    for (const id of (error.data?.['lost'] ?? []) as readonly string[]) {
      this.lostObjects.add(id);
      this.#world.count('objectsLost');
    }
  }

  /** A user of the authority's own door, who repeats what got no answer before the crash. */
  async #use(authority: Authority, process: SimProcess): Promise<void> {
    const random = this.#random;
    const again = this.#unanswered.filter((draft) => draft.requestId !== '');
    this.#unanswered = [];
    for (const draft of again) void this.#submit(authority, draft, process);
    for (await process.wait(random.between(1, 30)); process.isAlive; await process.wait(random.between(10, 100))) {
      if (this.#world.isRough) void this.#submit(authority, this.#intents.next(authority.list()), process);
    }
  }

  async #submit(authority: Authority, draft: OpDraft, process: SimProcess): Promise<void> {
    this.#unanswered.push(draft);
    try {
      const { op, state } = await authority.submit(draft, simPrincipal(this.name));
      if (!process.isAlive) return;
      this.#world.log(`authority took ${op.counter} ${op.kind} ${op.id} as ${state.seq}`);
      this.acknowledged.set(opId(op), state.seq);
    } catch (error) {
      if (!hasCode(error)) this.#world.violate(`submit failed with ${String(error)}`);
      else this.#world.log(`authority could not ${draft.kind} ${draft.id}: ${error.code}`);
      // Nobody knows whether it was done: it is asked for again, when that is known.
      if (hasCode(error) && error.code === 'DEADLINE') return;
    }
    if (process.isAlive) this.#unanswered = this.#unanswered.filter((each) => each !== draft);
  }

  async #runFlows(authority: Authority, process: SimProcess): Promise<void> {
    const host: FlowHost = {
      name: this.name,
      random: this.#world.stream(`flows authority ${this.#lives}`),
      isAlive: () => process.isAlive,
      now: () => this.now(),
      list: () => authority.list(),
      isRecorded: () => false,
      write: (draft) => authority.submit(draft, simPrincipal(this.name)),
    };
    const flows = new SimFlowRunner(this.#world, this.#partner, host);
    const leases = new SimLeases(this.#world, this.#partner, {
      ...host,
      isPresent: (name) => this.isPresent(name),
      submit: (draft) => this.#submit(authority, draft, process),
    });
    for (; process.isAlive; await process.wait(this.#random.between(5, 30))) {
      flows.look();
      leases.look();
    }
  }
}

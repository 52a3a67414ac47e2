import { errorCodes, hasCode } from '../../error.ts';
import { opId, type Op } from '../../record/op.ts';
import type { EncodedWrite } from '../../store/record-codec.ts';
import type { AuthorityLink, OpDraft, Replica } from '../../sync/sync-api.ts';
import { markOf } from './op-mark.ts';
import type { Random } from './random.ts';
import { flip, tear } from './sim-damage.ts';
import { SimDisk } from './sim-disk.ts';
import { SimFollower, type FollowerLink } from './sim-follower.ts';
import { SimFlowRunner } from './sim-flow.ts';
import { SimIntents } from './sim-intents.ts';
import type { SimNetwork } from './sim-network.ts';
import type { SimPartner } from './sim-partner.ts';
import { SimProcess } from './sim-process.ts';
import { partition, type SimWorld } from './sim-world.ts';
import type { StandingLaws } from './standing-laws.ts';

/** What a device is part of. */
export interface DeviceParts {
  readonly network: SimNetwork;
  readonly partner: SimPartner;
  readonly laws: StandingLaws;
  /** the way to the authority, as the laws watch it */
  witnessed<T extends AuthorityLink>(link: T): T;
}

/** A browser with its user. Processes die and come back; what the user was told is remembered. */
export class SimDevice {
  /** the host's name; that of a clone is its original's */
  readonly name: string;
  /** this device and no other */
  readonly label: string;
  readonly disk: SimDisk;
  /** ops that were reported durable, by mark */
  readonly acknowledged: Map<string, Op> = new Map();
  /** marks of ops that its disk has lost */
  readonly forgiven: Set<string> = new Set();
  /** whether its disk, or the authority's, has forgotten something, or somebody else lives on a copy of it */
  mayFork = false;
  replica: Replica | null = null;
  clockMs = 0;
  readonly #world: SimWorld;
  readonly #parts: DeviceParts;
  readonly #random: Random;
  readonly #intents: SimIntents;
  #process: SimProcess | null = null;
  #frozen: SimProcess[] = [];
  /** asked for, without an answer so far */
  #unanswered: OpDraft[] = [];
  /** objects of which changes were dismissed */
  readonly #givenUp = new Set<string>();
  #lives = 0;
  #hasLeft = false;

  constructor(world: SimWorld, label: string, parts: DeviceParts, original?: SimDevice) {
    this.label = label;
    this.name = original?.name ?? label;
    this.#world = world;
    this.#parts = parts;
    this.#random = world.stream(label);
    this.#intents = new SimIntents(world, { user: label, now: () => this.now() });
    const disk = world.diskOptions(label);
    this.disk = original === undefined ? new SimDisk(disk) : original.disk.copy(disk);
    for (const [mark, op] of original?.acknowledged ?? []) this.acknowledged.set(mark, op);
    for (const mark of original?.forgiven ?? []) this.forgiven.add(mark);
    if (original !== undefined) parts.laws.inherit(this, original);
  }

  get isUp(): boolean {
    return this.#process !== null;
  }

  now(): number {
    return this.#world.time.now() + this.clockMs;
  }

  async start(): Promise<void> {
    const { kit, time, log } = this.#world;
    if (this.#hasLeft) return;
    const process = new SimProcess(time);
    this.#process = process;
    this.#lives += 1;
    const follower = new SimFollower(
      this.#world,
      this.#world.stream(`follower ${this.label} ${this.#lives}`),
      this.#linkOf(process),
    );
    const opening = kit.openReplica({
      partition,
      datasource: this.disk.open({
        deliver: (answer) => process.deliver(answer),
        fences: true,
        onLanded: () => this.#beginAnew(process),
      }),
      replica: this.name,
      link: follower.link,
      blockStates: 3,
      onError: (error) => this.#hear(error, process),
      now: () => this.now(),
    });
    const replica = await opening.catch((error: unknown) => this.#notOpened(error, process));
    if (replica === null || this.#process !== process) return;
    this.replica = replica;
    log(`${this.label} up, life ${this.#lives}, ${replica.pending().length} pending`);
    this.#parts.laws.check(this);
    void this.#use(replica, process);
    this.#parts.network.listen(this.label, (page) => process.deliver(() => void follower.take(replica, page)));
    void this.#sync(replica, follower, process);
  }

  #linkOf(process: SimProcess): FollowerLink {
    const { network, witnessed } = this.#parts;
    return witnessed(network.link({ client: this.label, user: this.name, process }));
  }

  /** Every process of it ends. @param isKept whether a commit under way is there all the same. @returns the writes of a commit under way that are there all the same */
  crash(isKept?: boolean): readonly EncodedWrite[] | null {
    for (const process of [...this.#frozen, ...(this.#process === null ? [] : [this.#process])]) process.kill();
    this.#frozen = [];
    this.#process = null;
    this.replica = null;
    this.#world.count('deviceCrashes');
    this.#world.log(`${this.label} crashed`);
    return this.disk.crash(isKept);
  }

  /** Nobody ever starts it again. */
  leave(): void {
    this.#hasLeft = true;
    this.crash();
  }

  /** Its store has closed itself under a process: the next one reads what is there. */
  #beginAnew(process: SimProcess): void {
    process.kill();
    if (process !== this.#process) return;
    this.#world.count('begunAnew');
    this.#world.log(`${this.label} begins anew`);
    this.replica = null;
    void this.start();
  }

  /** It opens its store again, unless it was told what waiting does not mend. */
  async #notOpened(error: unknown, process: SimProcess): Promise<null> {
    if (!hasCode(error) || !errorCodes[error.code].retryable) throw error;
    this.#world.count('opensFailed');
    this.#world.log(`${this.label} has not opened: ${String(error)}`);
    await process.wait(10);
    if (process === this.#process) void this.start();
    return null;
  }

  /** The user gives up one of the changes that are not decided; it may be, unheard. @param which of them */
  dismiss(which: number): void {
    const { replica } = this;
    const pending = replica?.pending().filter(({ kind }) => kind !== 'flow') ?? [];
    const op = pending[which % Math.max(1, pending.length)];
    if (replica === null || op === undefined) return;
    this.mayFork = true;
    this.#world.log(`${this.label} dismisses ${opId(op)}`);
    for (const each of pending) if (each.id === op.id) this.forgiven.add(markOf(each));
    this.#givenUp.add(op.id);
    const settled = (): void => this.#world.count('opsDismissed');
    replica.dismiss(opId(op)).then(settled, (error: unknown) => this.#world.log(`not dismissed: ${String(error)}`));
  }

  /** The process stands still; another one takes the profile over. */
  freeze(): void {
    const process = this.#process;
    if (process === null) return;
    process.freeze();
    this.#frozen.push(process);
    this.replica = null;
    this.#world.count('frozen');
    this.#world.log(`${this.label} frozen`);
    void this.start();
  }

  thaw(): void {
    for (const process of this.#frozen.splice(0)) process.thaw();
  }

  /** A record of the commit that was cut, or any other, is no longer what it was. */
  damage(cut: readonly EncodedWrite[] | null): void {
    const random = this.#world.stream(`damage ${this.label} ${this.#lives}`);
    const lost = cut === null ? flip(this.disk, random) : tear(this.disk, cut, random);
    if (lost === null) return;
    this.#world.count(cut === null ? 'flippedBits' : 'tornRecords');
    this.#world.log(`${this.label} damaged: ${lost.collection} ${lost.key}`);
    this.#forgive([lost]);
  }

  /** The disk forgets what it took of late. */
  forget(sinceMs: number): void {
    const lost = this.disk.forget(sinceMs).flatMap(({ writes }) => writes);
    if (lost.length === 0) return;
    this.#world.count('lostCommits');
    this.#world.log(`${this.label} has lost ${lost.map(({ collection, key }) => `${collection} ${key}`).join()}`);
    this.#forgive(lost);
  }

  /** Ops that were in what the disk lost are no promise any more. */
  #forgive(lost: readonly EncodedWrite[]): void {
    this.mayFork = true;
    this.#parts.laws.forget(
      this,
      lost.flatMap((write) => this.#objectsIn(write)),
    );
    for (const { collection, key, text } of lost) {
      if (text === undefined || !/^(outbox|refused)\//.test(collection)) continue;
      const { op } = this.#world.kit.decodeRecord(collection, key, text) as unknown as { readonly op: Op };
      this.forgiven.add(markOf(op));
    }
  }

  /** The ids of the objects whose states a record keeps: one of its own, or many in a block. */
  #objectsIn({ collection, key, text }: EncodedWrite): readonly string[] {
    if (collection.startsWith('objects/')) return [key];
    if (!collection.startsWith('blocks/') || text === undefined) return [];
    return (this.#world.kit.decodeRecord(collection, key, text) as unknown as { readonly ids: readonly string[] }).ids;
  }

  #hear(error: unknown, process: SimProcess): void {
    if (!process.isAlive) return;
    const code = hasCode(error) ? error.code : 'INTERNAL';
    this.#world.log(`${this.label} reports ${String(error)}`);
    if (code === 'FENCED' && process !== this.#process) return process.kill();
    if (errorCodes[code].retryable || (this.mayFork && (code === 'REPLICA_FORKED' || code === 'CORRUPT'))) return;
    this.#world.violate(`${this.label} reports ${String(error)}`);
  }

  /** The user: repeats what got no answer before the crash, then goes on doing things. */
  async #use(replica: Replica, process: SimProcess): Promise<void> {
    const random = this.#random;
    const again = this.#unanswered.filter((draft) => draft.requestId !== '');
    this.#unanswered = [];
    for (const draft of again) {
      this.#world.count('requestsRepeated');
      void this.#write(replica, draft, process);
    }
    for (await process.wait(random.between(1, 30)); process.isAlive; await process.wait(random.between(5, 75))) {
      if (!this.#world.isRough) continue;
      for (let burst = random.chance(0.3) ? 3 : 1; burst > 0; burst -= 1)
        void this.#write(replica, this.#intents.next(replica.list()), process);
    }
  }

  async #write(replica: Replica, draft: OpDraft, process: SimProcess): Promise<void> {
    this.#unanswered.push(draft);
    try {
      const { op } = await replica.write(draft, [], this.name);
      if (!process.isAlive) return;
      this.#world.log(`${this.label} wrote ${op.replica}:${op.counter} ${op.kind} ${op.id}`);
      this.acknowledged.set(markOf(op), op);
      // What was on its way when its object was given up goes with that.
      if (this.#givenUp.has(op.id)) this.forgiven.add(markOf(op));
    } catch (error) {
      if (!hasCode(error)) this.#world.violate(`${this.label} write failed with ${String(error)}`);
      else this.#refused(`${draft.kind} ${draft.id}`, error.code, process);
      // Nobody knows whether it was done: it is asked for again, when that is known.
      if (hasCode(error) && error.code === 'DEADLINE') return;
    }
    if (process.isAlive) this.#unanswered = this.#unanswered.filter((each) => each !== draft);
  }

  #refused(what: string, code: string, process: SimProcess): void {
    this.#world.log(`${this.label} could not ${what}: ${code}`);
    if (code !== 'FENCED') return;
    if (process === this.#process) this.#world.violate(`${this.label} is fenced, and nobody took it over`);
    process.kill();
  }

  async #sync(replica: Replica, follower: SimFollower, process: SimProcess): Promise<void> {
    const { laws } = this.#parts;
    const flows = this.#flows(replica, process);
    replica.onChange((change) => {
      if (process === this.#process && change.type === 'state') laws.nothingGoesBack(this, change.state.id);
    });
    for (; process.isAlive; await process.wait(this.#random.between(5, 30))) {
      try {
        await replica.exchange(follower.takesFeed());
      } catch (error) {
        follower.ask();
        this.#judgeFailure(error, process);
      }
      if (!process.isAlive) return;
      if (process === this.#process) laws.check(this);
      flows.look();
    }
  }

  #flows(replica: Replica, process: SimProcess): SimFlowRunner {
    return new SimFlowRunner(this.#world, this.#parts.partner, {
      name: this.name,
      random: this.#world.stream(`flows ${this.label} ${this.#lives}`),
      isAlive: () => process.isAlive,
      now: () => this.now(),
      list: () => replica.list().flatMap(({ id }) => replica.confirmed(id) ?? []),
      isRecorded: (key) => replica.pending().some(({ step }) => step?.key === key),
      write: (draft) => replica.write(draft),
    });
  }

  #judgeFailure(error: unknown, process: SimProcess): void {
    this.#world.count('exchangesFailed');
    const code = hasCode(error) ? error.code : 'INTERNAL';
    const isFork = code === 'REPLICA_FORKED' && this.mayFork;
    if (isFork || errorCodes[code].retryable || code === 'FENCED') this.#refused('exchange', code, process);
    else this.#world.violate(`${this.label} exchange failed with ${code}: ${String(error)}`);
  }
}

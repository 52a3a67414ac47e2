import { expect, test } from 'vitest';

import { hasCode } from '../error.ts';
import {
  create,
  feedWorld,
  openReader,
  principalOf,
  remove,
  update,
  viewOf,
  type FeedWorld,
} from '../testing/feed-world.ts';
import type { Records } from '../testing/sim/memory-datasource.ts';
import { seededRandom, type Random } from '../testing/sim/random.ts';
import { settled } from '../testing/virtual-platform.ts';
import type { AuthorityLink, OpDraft, Replica } from './sync-api.ts';
import type { PushedPage } from './wire.ts';

const runs = 100 * Number(process.env['SIM_RUNS'] ?? 1);
const replayed = process.env['SIM_SEED'];
const seeds = replayed === undefined ? Array.from({ length: runs }, (_, index) => index + 1) : [Number(replayed)];
const users = ['ada', 'sam', 'eve'];
const ids = ['a', 'b', 'c', 'd'];

type Totals = Map<string, number>;

interface Run {
  readonly world: FeedWorld;
  readonly random: Random;
  readonly totals: Totals;
}

/** One user's host: it follows the feed over a wire that loses, doubles and reorders pages, and is away now and then. */
class Reader {
  #replica: Replica | null = null;
  isAway = false;
  readonly #run: Run;
  readonly #name: string;
  readonly #user: string;
  readonly #records: Records = new Map();
  readonly #link: AuthorityLink;

  constructor(user: string, { world, random, totals }: Run) {
    this.#run = { world, random, totals };
    this.#user = user;
    this.#name = `${user}-1`;
    this.#link = world.link(this.#name, user, random.between(1, 12), random.between(1, 5));
  }

  async open(): Promise<void> {
    this.#replica = await openReader(this.#link, this.#name, this.#records);
  }

  get #open(): Replica {
    if (this.#replica === null) throw new Error(`${this.#name} is not open`);
    return this.#replica;
  }

  pending(): readonly unknown[] {
    return this.#open.pending();
  }

  async act(): Promise<void> {
    const { random } = this.#run;
    const what = random.next();
    if (what < 0.25) await this.write(anyDraft(random, users));
    else if (what < 0.75) await this.#take();
    else if (what < 0.8 || this.isAway) await this.#leave();
    else if (what < 0.83) await this.#restart();
    else await this.exchange(random.chance(0.3));
  }

  async write(draft: OpDraft): Promise<void> {
    try {
      await this.#open.write(draft, [], this.#user);
    } catch (error) {
      if (!hasCode(error)) throw error;
    }
  }

  async exchange(needsFeed: boolean): Promise<void> {
    if (!this.isAway) await this.#open.exchange(needsFeed);
  }

  /** Takes a page as the network gives it: in order, or not, or twice, or never. */
  async #take(): Promise<void> {
    const wire = this.#run.world.wire(this.#name);
    const place = this.#run.random.chance(0.8) ? 0 : this.#run.random.between(0, Math.max(0, wire.length - 1));
    const pushed = wire[place];
    if (pushed === undefined || this.isAway) return;
    const isDoubled = this.#run.random.chance(0.15);
    if (!isDoubled) wire.splice(place, 1);
    if (this.#run.random.chance(0.1)) return this.#count('lost');
    if (place > 0) this.#count('reordered');
    if (isDoubled) this.#count('doubled');
    if (pushed === null) return this.exchange(true);
    await this.#receive(pushed);
  }

  async #receive(pushed: PushedPage): Promise<void> {
    if (await this.#open.receive(pushed)) this.#count('taken');
    else await this.exchange(true).then(() => this.#count('gaps'));
    if (pushed.credits > 0) return;
    this.#count('renewed');
    if (!this.#run.world.followers.renew({ credits: this.#run.random.between(1, 12) }, { src: this.#name }))
      await this.exchange(true);
  }

  /** What is on its way arrives, in order, and nothing is asked for. */
  async takeAll(): Promise<void> {
    const wire = this.#run.world.wire(this.#name);
    for (let pushed = wire.shift(); pushed !== undefined; pushed = wire.shift()) {
      if (pushed !== null) await this.#receive(pushed);
      await settled();
    }
  }

  /** Goes, or comes back and asks. */
  async #leave(): Promise<void> {
    this.isAway = !this.isAway;
    if (!this.isAway) return this.exchange(true);
    this.#count('away');
    this.#run.world.disconnect(this.#name);
  }

  async #restart(): Promise<void> {
    this.#count('restarted');
    await this.open();
    await this.exchange(true);
  }

  #count(what: string): void {
    this.#run.totals.set(what, (this.#run.totals.get(what) ?? 0) + 1);
  }

  /** What its user sees now, and would see at the authority. */
  difference(): readonly unknown[] {
    const view = viewOf(this.#user, this.#name, this.#run.world.rules);
    const wanted = this.#run.world.authority.list().filter((state) => view.sees(state, null));
    return [this.#open.list(), wanted];
  }

  async heal(): Promise<void> {
    this.isAway = false;
    this.#run.world.wire(this.#name).length = 0;
    await this.exchange(true);
  }
}

function anyDraft(random: Random, whose: readonly string[]): OpDraft {
  const id = random.pick(ids);
  const whom = random.chance(0.7) ? { for: random.pick(whose) } : {};
  if (random.chance(0.2)) return create(id, whom);
  if (random.chance(0.05)) return remove(id);
  return { ...update(id, { ...whom, n: random.between(1, 99) }), ...(random.chance(0.1) ? { input: 'bad' } : {}) };
}

async function run(seed: number, totals: Totals): Promise<void> {
  const random = seededRandom(seed);
  const world = await feedWorld();
  const readers = users.map((user) => new Reader(user, { world, random, totals }));
  for (const reader of readers) await reader.open();
  for (let step = 0; step < 200; step += 1) {
    if (random.chance(0.3))
      await world.authority.submit(anyDraft(random, users), principalOf('root')).catch(() => null);
    if (random.chance(0.02)) world.rules = random.pick(['', 'none', 'others']);
    await random.pick(readers).act();
    if (random.chance(0.3)) await settled();
  }
  for (let round = 0; round < 2; round += 1) for (const reader of readers) await reader.heal();
  check(readers, seed);
  for (let step = 0; step < 10; step += 1) {
    await world.authority.submit(anyDraft(random, users), principalOf('root')).catch(() => null);
    const reader = random.pick(readers);
    await reader.write(anyDraft(random, users));
    await reader.exchange(false);
    if (random.chance(0.5)) await settled();
  }
  await settled();
  for (const reader of readers) await reader.takeAll();
  check(readers, seed);
}

function check(readers: readonly Reader[], seed: number): void {
  for (const reader of readers) {
    const [found, wanted] = reader.difference();
    expect(found, `SIM_SEED=${seed}`).toEqual(wanted);
    expect(reader.pending(), `SIM_SEED=${seed}`).toEqual([]);
  }
}

test(
  `feed - ${seeds.length} seeds: each reader has what he may see, and nothing else`,
  { timeout: 300_000 },
  async () => {
    const totals: Totals = new Map();
    for (const seed of seeds) await run(seed, totals);
    console.info(`${seeds.length} seeds: ${JSON.stringify(Object.fromEntries(totals))}`);
    if (replayed !== undefined) return;
    for (const what of ['lost', 'doubled', 'reordered', 'gaps', 'taken', 'away', 'restarted', 'renewed'])
      expect(totals.get(what) ?? 0, `the runs never exercised: ${what}`).toBeGreaterThan(seeds.length / 2);
  },
);

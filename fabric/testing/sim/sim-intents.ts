import type { Plain, PlainRecord } from '../../plain.ts';
import type { ObjectState } from '../../record/object-state.ts';
import type { OpDraft } from '../../sync/sync-api.ts';
import type { Random } from './random.ts';
import type { SimWorld } from './sim-world.ts';

/** Who makes something up. */
export interface IntentMaker {
  readonly user: string;
  /** whether some of the things have flows; default true */
  readonly runsFlows?: boolean;
  /** his clock */
  now(): number;
}

/** Makes up what a user does next: mostly changes, some of which the authority will have to refuse. */
export class SimIntents {
  readonly #world: SimWorld;
  readonly #maker: IntentMaker;
  readonly #random: Random;
  #made = 0;

  constructor(world: SimWorld, maker: IntentMaker) {
    this.#world = world;
    this.#maker = maker;
    this.#random = world.stream(`intents of ${maker.user}`);
  }

  next(things: readonly ObjectState[]): OpDraft {
    const random = this.#random;
    const thing = things.length === 0 || random.chance(0.25) ? undefined : random.pick(things);
    if (thing === undefined) return this.#create();
    const roll = random.next();
    if (roll < 0.08) return this.#draft('delete', thing, {});
    if (roll < 0.12) return { ...this.#draft('command', thing, {}), command: 'cancel' };
    if (roll < 0.3) return { ...this.#draft('command', thing, { n: 0 }), command: 'add', input: random.between(1, 9) };
    return this.#draft('update', thing, this.#changes());
  }

  /** Some ids are made by several users at once: all but one of them are refused. */
  #create(): OpDraft {
    const random = this.#random;
    const id = random.chance(0.25) ? `shared-${random.between(1, 6)}` : this.#unique('thing');
    const hidden: PlainRecord = random.chance(0.06) ? { secret: true } : {};
    const flow: PlainRecord =
      this.#maker.runsFlows !== false && !('secret' in hidden) && random.chance(0.4) ? { flow: true } : {};
    return this.#draft('create', { id, version: 0, fields: {} }, { ...this.#changes(), n: 0, ...hidden, ...flow });
  }

  #changes(): PlainRecord {
    const random = this.#random;
    const changes: { [field: string]: Plain } = {};
    for (let left = random.between(1, 3); left > 0; left -= 1) {
      const value = random.chance(0.04) ? 'bad' : this.#unique('v');
      changes[random.pick(['a', 'b', 'c', 'd'])] = random.chance(0.2) ? { value } : value;
    }
    return changes;
  }

  #draft(kind: OpDraft['kind'], thing: Pick<ObjectState, 'id' | 'version' | 'fields'>, set: PlainRecord): OpDraft {
    const random = this.#random;
    const base: { [field: string]: Plain } = {};
    for (const key of Object.keys(set)) if (thing.fields[key] !== undefined) base[key] = thing.fields[key];
    const unset = kind === 'update' && random.chance(0.1) && set['d'] === undefined ? ['d'] : [];
    const requestId = random.chance(0.5) ? this.#unique('request') : '';
    const patch = kind === 'command' ? { set: {}, unset: [], base: {} } : { set, unset, base };
    const common = { modelName: 'thing', command: null, input: null, schemaVersion: 1, step: null };
    return {
      ...common,
      id: thing.id,
      kind,
      baseVersion: thing.version,
      patch,
      requestId,
      atMs: this.#world.instant(this.#maker.now()),
    };
  }

  #unique(what: string): string {
    return `${what}-${this.#maker.user}-${(this.#made += 1)}`;
  }
}

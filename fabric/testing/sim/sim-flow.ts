import { hasCode } from '../../error.ts';
import type { DueStep, ObjectState } from '../../record/object-state.ts';
import type { OpDraft } from '../../sync/sync-api.ts';
import type { SimWorld } from './sim-world.ts';

/** A partner whose effect happens once a key, however often it is called. */
export class SimPartner {
  readonly calls: Map<string, number> = new Map();
  readonly #world: SimWorld;

  constructor(world: SimWorld) {
    this.#world = world;
  }

  async call(key: string): Promise<void> {
    const { time, random, count, isRough } = this.#world;
    await time.wait(random.between(1, 10));
    const calls = this.calls.get(key) ?? 0;
    this.calls.set(key, calls + 1);
    if (calls > 0) count('partnerCalledAgain');
    if (isRough && random.chance(0.1)) throw new Error('the partner hung up');
    await time.wait(random.between(1, 10));
  }
}

/** One life of a host as its flow runner sees it. */
export interface FlowHost {
  readonly name: string;
  isAlive(): boolean;
  list(): readonly ObjectState[];
  write(draft: OpDraft): Promise<unknown>;
}

/** Runs the due steps of a host's own flows; one that failed, or was cut short, is run again. */
export class SimFlowRunner {
  readonly #world: SimWorld;
  readonly #partner: SimPartner;
  readonly #host: FlowHost;
  readonly #running = new Set<string>();

  constructor(world: SimWorld, partner: SimPartner, host: FlowHost) {
    this.#world = world;
    this.#partner = partner;
    this.#host = host;
  }

  look(): void {
    for (const state of this.#host.list()) {
      if (state.flow === null || state.flow.owner !== this.#host.name) continue;
      for (const step of state.flow.due) void this.#run(state, step, state.flow.epoch);
    }
  }

  async #run(state: ObjectState, step: DueStep, epoch: number): Promise<void> {
    if (this.#running.has(step.key)) return;
    this.#running.add(step.key);
    try {
      if (this.#world.isRough && this.#world.random.chance(0.2)) await this.#forge(state, step, epoch);
      await this.#partner.call(step.key);
      if (this.#host.isAlive()) await this.#host.write(this.#outcome(state, step, epoch));
    } catch (error) {
      this.#world.log(`${this.#host.name} step ${step.key}: ${hasCode(error) ? error.code : String(error)}`);
    } finally {
      this.#running.delete(step.key);
    }
  }

  /** The owner of a flow claims another port, or another event, under a key that is due. */
  async #forge(state: ObjectState, step: DueStep, epoch: number): Promise<void> {
    const { random, count, violate } = this.#world;
    const forged = random.chance(0.5) ? { port: 'pay' } : { event: 'paid' };
    count('stepsForged');
    try {
      await this.#host.write(this.#outcome(state, { ...step, ...forged }, epoch));
      violate(`${this.#host.name} wrote ${JSON.stringify(forged)} as step ${step.key}`);
    } catch (error) {
      if (!hasCode(error)) throw error;
    }
  }

  #outcome(state: ObjectState, step: DueStep, epoch: number): OpDraft {
    const atMs = this.#world.time.now();
    const node = this.#host.name;
    return {
      modelName: 'thing',
      id: state.id,
      kind: 'flow',
      command: null,
      input: null,
      schemaVersion: 1,
      baseVersion: state.version,
      patch: { set: { [step.port]: 'done' }, unset: [], base: {} },
      step: { ...step, status: 'done', atMs, build: 'sim', node, attempts: 1, epoch },
      requestId: '',
      atMs,
    };
  }
}

import { errorCodes, hasCode } from '../../error.ts';
import { isRunBy, nextUndo } from '../../record/flow-owner.ts';
import type { DueStep, FlowState, ObjectState, StepStatus } from '../../record/object-state.ts';
import type { OpDraft } from '../../sync/sync-api.ts';
import { forgedSteps } from './sim-forgery.ts';
import type { Random } from './random.ts';
import type { SimPartner } from './sim-partner.ts';
import type { SimWorld } from './sim-world.ts';

/** One life of a host as its flow runner sees it. */
export interface FlowHost {
  readonly name: string;
  readonly random: Random;
  /** its clock */
  now(): number;
  isAlive(): boolean;
  /** objects as the authority has accepted them */
  list(): readonly ObjectState[];
  /** whether the outcome of a step is on its way to the authority */
  isRecorded(key: string): boolean;
  write(draft: OpDraft): Promise<unknown>;
}

interface SimRun {
  readonly state: ObjectState;
  readonly flow: FlowState;
  readonly step: DueStep;
  readonly act: 'call' | 'undo';
}

/** Runs a host's own flows, and takes back those that have failed; a step that was cut short is run again. */
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
      const { flow } = state;
      if (state.deleted || flow === null || flow.owner !== this.#host.name) continue;
      for (const step of flow.due.filter((due) => isRunBy(flow.owner, due)))
        void this.#run({ state, flow, step, act: 'call' });
      const undo = nextUndo(flow);
      if (undo !== undefined) void this.#run({ state, flow, step: undo, act: 'undo' });
    }
  }

  async #run(run: SimRun): Promise<void> {
    const { key } = run.step;
    if (this.#running.has(key) || this.#host.isRecorded(key)) return;
    this.#running.add(key);
    try {
      if (this.#mayForge(run) && (await this.#forge(run))) return;
      const { status, isAnswered = false } = await this.#act(run);
      const step = isAnswered ? { ...run.step, isAnswered } : run.step;
      await this.#record(this.#outcome(run, step, status));
      this.#world.count(`steps ${status}`);
    } catch (error) {
      this.#world.log(`${this.#host.name} step ${key}: ${hasCode(error) ? error.code : String(error)}`);
    } finally {
      this.#running.delete(key);
    }
  }

  /** What a disk does not take now is written again for as long as the process lives. */
  async #record(draft: OpDraft): Promise<void> {
    while (this.#host.isAlive()) {
      try {
        await this.#host.write(draft);
        return;
      } catch (error) {
        if (!hasCode(error) || error.code === 'FENCED' || !errorCodes[error.code].retryable) throw error;
        await this.#world.time.wait(this.#host.random.between(5, 30));
      }
    }
  }

  /** Nobody is called for a flow that is being taken back, unless he may have been called before. */
  async #act({ flow, step, act }: SimRun): Promise<{ status: StepStatus; isAnswered?: true }> {
    if (act === 'call' && flow.compensation !== undefined && !this.#partner.asked.has(step.key))
      return { status: 'canceled' };
    const answer = await this.#partner.call(step.key);
    if (act === 'undo') return { status: answer === 'done' ? 'undone' : 'undo-failed' };
    if (answer === 'spoiled') return { status: 'failed', isAnswered: true };
    return { status: answer === 'done' ? 'done' : 'failed' };
  }

  #mayForge({ act }: SimRun): boolean {
    return this.#world.isRough && this.#host.random.chance(act === 'undo' ? 0.5 : 0.2);
  }

  /** The owner of a flow claims what is not so, unless it has become so meanwhile: then it is taken, and this is true. */
  async #forge(run: SimRun): Promise<boolean> {
    const { count } = this.#world;
    const { step, status } = this.#host.random.pick(forgedSteps(run.flow, run.step, this.#partner));
    count('stepsForged');
    try {
      await this.#host.write(this.#outcome(run, step, status));
      return true;
    } catch (error) {
      if (!hasCode(error)) throw error;
      return false;
    }
  }

  #outcome({ state, flow, act }: SimRun, step: DueStep, status: StepStatus): OpDraft {
    const atMs = this.#world.instant(this.#host.now());
    const node = this.#host.name;
    const none = { set: {}, unset: [], base: {} };
    const undone = act === 'undo' ? { ...none, unset: [step.port] } : none;
    return {
      modelName: 'thing',
      id: state.id,
      kind: 'flow',
      command: null,
      input: null,
      schemaVersion: 1,
      baseVersion: state.version,
      patch: status === 'done' ? { ...none, set: { [step.port]: 'done' } } : undone,
      step: { ...step, status, atMs, build: 'sim', node, attempts: 1, epoch: flow.epoch },
      requestId: '',
      atMs,
    };
  }
}

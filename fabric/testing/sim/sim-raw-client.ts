import { errorCodes, hasCode } from '../../error.ts';
import type { DueStep, FlowState, ObjectState } from '../../record/object-state.ts';
import type { Op } from '../../record/op.ts';
import type { AuthorityLink, OpDraft } from '../../sync/sync-api.ts';
import type { Random } from './random.ts';
import type { SimAuthority } from './sim-authority.ts';
import { SimIntents } from './sim-intents.ts';
import { partition, type SimWorld } from './sim-world.ts';

/**
 * A client of another make. It sends every op in a push of its own and many at once, so that they arrive in any
 * order; and it tries flow steps that belong to others.
 */
export class SimRawClient {
  readonly name = 'raw';
  readonly ops: Op[] = [];
  readonly #world: SimWorld;
  readonly #authority: SimAuthority;
  readonly #link: AuthorityLink;
  readonly #intents: SimIntents;
  readonly #random: Random;
  #mark = 0;

  constructor(world: SimWorld, authority: SimAuthority, link: AuthorityLink) {
    this.#world = world;
    this.#authority = authority;
    this.#link = link;
    this.#random = world.stream(this.name);
    this.#intents = new SimIntents(world, { user: this.name, runsFlows: false, now: () => world.time.now() });
  }

  get isDone(): boolean {
    return this.#mark >= this.ops.length;
  }

  async run(): Promise<void> {
    const { time } = this.#world;
    const random = this.#random;
    for (;;) {
      if (this.#world.isRough && random.chance(0.6)) this.#make();
      const ahead = this.ops.slice(this.#mark, this.#mark + 5);
      for (const op of ahead) void this.#send(op);
      await time.wait(random.between(10, 60));
    }
  }

  #make(): void {
    const things = this.#authority.authority?.list() ?? [];
    const foreign = things.find(({ flow }) => flow !== null && flow.due.length > 0);
    const isThief = foreign !== undefined && this.#random.chance(0.3);
    const draft = isThief ? this.#stolenStep(foreign) : this.#intents.next(things);
    this.ops.push({ ...draft, requestId: '', replica: this.name, partition, counter: this.ops.length + 1 });
  }

  #stolenStep({ id, version, flow }: ObjectState): OpDraft {
    const atMs = this.#world.instant(this.#world.time.now());
    const { due, epoch } = flow as FlowState;
    const step = {
      ...(due[0] as DueStep),
      status: 'done' as const,
      atMs,
      build: 'raw',
      node: this.name,
      attempts: 1,
      epoch,
    };
    const patch = { set: { [step.port]: 'stolen' }, unset: [], base: {} };
    this.#world.count('stepsStolen');
    const common = { modelName: 'thing', command: null, input: null, schemaVersion: 1, requestId: '', atMs };
    return { ...common, id, kind: 'flow', baseVersion: version, patch, step };
  }

  async #send(op: Op): Promise<void> {
    try {
      const { mark } = await this.#link.push({ replica: this.name, ops: [op] });
      if (mark > this.ops.length) this.#world.violate(`${this.name} is told mark ${mark} of ${this.ops.length} ops`);
      this.#mark = mark;
    } catch (error) {
      const isExpected = hasCode(error) && errorCodes[error.code].retryable;
      if (!isExpected)
        this.#world.violate(`${this.name} push ${op.counter}: ${hasCode(error) ? error.code : ''} ${String(error)}`);
    }
  }
}

import { isUnfinished } from '../../record/flow-owner.ts';
import type { FlowState, ObjectState } from '../../record/object-state.ts';
import type { OpDraft } from '../../sync/sync-api.ts';
import { draftOp } from './draft-op.ts';
import type { Random } from './random.ts';
import type { SimPartner } from './sim-partner.ts';
import type { SimWorld } from './sim-world.ts';

const leaseMs = 60;

/** One life of the authority: what its leases can see of it. */
export interface LeaseHost {
  readonly name: string;
  readonly random: Random;
  /** its clock, which decides nothing */
  now(): number;
  list(): readonly ObjectState[];
  isPresent(host: string): boolean;
  submit(draft: OpDraft): Promise<void>;
}

/** Takes flows over whose owner is away; now and then from one who is only thought to be. */
export class SimLeases {
  readonly #world: SimWorld;
  readonly #partner: SimPartner;
  readonly #host: LeaseHost;
  readonly #awayMs = new Map<string, number>();

  constructor(world: SimWorld, partner: SimPartner, host: LeaseHost) {
    this.#world = world;
    this.#partner = partner;
    this.#host = host;
  }

  look(): void {
    for (const state of this.#host.list()) {
      const { flow } = state;
      if (flow === null || flow.owner === this.#host.name || !isUnfinished(flow)) continue;
      if (this.#isOver(flow.owner)) this.#takeOver(state, flow);
    }
  }

  #isOver(owner: string): boolean {
    const { time, isRough } = this.#world;
    if (this.#host.isPresent(owner)) {
      this.#awayMs.delete(owner);
      return isRough && this.#host.random.chance(0.02);
    }
    const sinceMs = this.#awayMs.get(owner) ?? time.now();
    this.#awayMs.set(owner, sinceMs);
    return time.now() - sinceMs >= leaseMs;
  }

  /** The former owner may have called whom it was to call. */
  #takeOver({ id, version }: ObjectState, { due, epoch }: FlowState): void {
    for (const { key } of due) this.#partner.asked.add(key);
    this.#world.count('flowsTakenOver');
    const atMs = this.#world.instant(this.#host.now());
    void this.#host.submit(draftOp({ id, kind: 'take-over', input: epoch, baseVersion: version, atMs }));
  }
}

import { toWire } from '../error.ts';
import type { Disposable } from '../plain.ts';
import type { Platform } from '../platform.ts';
import type { Principal } from '../access/principal.ts';
import type { MeshNode } from '../mesh/mesh-node.ts';
import { isUnfinished } from '../record/flow-owner.ts';
import type { ObjectState } from '../record/object-state.ts';
import { noChange } from './flow-run.ts';
import type { Partition } from './partition.ts';

/** Takes flows over whose owner stays away. */
export interface FlowLeases {
  /** Watches the flows of a partition from now on. */
  watch(partition: Partition): void;
  close(): void;
}

export interface FlowLeasesOptions {
  /** the authority, to which they go */
  readonly node: string;
  readonly platform: Pick<Platform, 'timer' | 'now' | 'onError'>;
  readonly mesh: Pick<MeshNode, 'peers' | 'onPeers'>;
  readonly principal: Principal;
  /** how long an owner may be away, in milliseconds of the authority's own timer */
  readonly leaseMs: number;
}

interface Unfinished {
  readonly partition: Partition;
  readonly id: string;
}

/**
 * Knows whose flows are unfinished, and who is there. An owner who is away gets one timer; when it has run out, and the
 * owner did not come back, each of its unfinished flows is taken over by an op. Leases begin anew with the host, and
 * nothing is ever ordered or refused by them: what a former owner records late is refused by the flow's epoch.
 */
class Leases implements FlowLeases {
  readonly #options: FlowLeasesOptions;
  readonly #flows = new Map<string, Map<string, Unfinished>>();
  readonly #owners = new Map<string, string>();
  readonly #timers = new Map<string, Disposable>();
  readonly #presence: Disposable;
  #isClosed = false;

  constructor(options: FlowLeasesOptions) {
    this.#options = options;
    this.#presence = options.mesh.onPeers(() => this.#lookAtAll());
  }

  watch(partition: Partition): void {
    partition.onChange((change) => {
      if (change.type === 'accepted') this.#consider(partition, change.state);
    });
    for (const state of partition.list()) this.#consider(partition, state);
  }

  close(): void {
    this.#isClosed = true;
    this.#presence.dispose();
    for (const timer of this.#timers.values()) timer.dispose();
  }

  #consider(partition: Partition, { id, flow, deleted }: ObjectState): void {
    const key = `${partition.name} ${id}`;
    const former = this.#owners.get(key);
    const isAnothers = flow !== null && !deleted && flow.owner !== this.#options.node && isUnfinished(flow);
    const owner = isAnothers ? flow.owner : undefined;
    if (owner === former) return;
    if (former !== undefined) this.#forget(former, key);
    if (owner === undefined) return;
    const flows = this.#flows.get(owner) ?? new Map<string, Unfinished>();
    this.#flows.set(owner, flows.set(key, { partition, id }));
    this.#owners.set(key, owner);
    this.#look(owner, this.#present());
  }

  #forget(owner: string, key: string): void {
    this.#owners.delete(key);
    const flows = this.#flows.get(owner);
    flows?.delete(key);
    if (flows?.size !== 0) return;
    this.#flows.delete(owner);
    this.#stop(owner);
  }

  #present(): ReadonlySet<string> {
    return new Set(this.#options.mesh.peers().map(({ id }) => id));
  }

  #lookAtAll(): void {
    const present = this.#present();
    for (const owner of this.#flows.keys()) this.#look(owner, present);
  }

  #look(owner: string, present: ReadonlySet<string>): void {
    if (present.has(owner)) this.#stop(owner);
    else if (!this.#timers.has(owner) && !this.#isClosed) this.#timers.set(owner, this.#lease(owner));
  }

  #stop(owner: string): void {
    this.#timers.get(owner)?.dispose();
    this.#timers.delete(owner);
  }

  #lease(owner: string): Disposable {
    const { platform, leaseMs } = this.#options;
    return platform.timer(leaseMs, () => {
      this.#takeOver(owner).catch((error: unknown) => platform.onError(error));
    });
  }

  /** What cannot be taken over now is tried again after another lease. */
  async #takeOver(owner: string): Promise<void> {
    const flows = Array.from(this.#flows.get(owner)?.values() ?? []);
    await Promise.all(flows.map((flow) => this.#write(flow)));
    this.#timers.delete(owner);
    if (this.#flows.has(owner)) this.#look(owner, this.#present());
  }

  async #write({ partition, id }: Unfinished): Promise<void> {
    const { platform, principal } = this.#options;
    const { modelName } = partition;
    const state = partition.get(id);
    if (!state?.flow) return;
    const { version: baseVersion, schemaVersion } = state;
    const { epoch } = state.flow;
    const common = { modelName, id, baseVersion, schemaVersion, command: null, patch: noChange, step: null };
    const draft = { ...common, kind: 'take-over', input: epoch, requestId: '', atMs: platform.now() } as const;
    try {
      await partition.write(draft, principal);
    } catch (error) {
      // The owner has come back in this moment and gone on, or ended it.
      if (toWire(error).code !== 'FLOW_FENCED') platform.onError(error);
    }
  }
}

/** Watches nothing yet. */
export function createFlowLeases(options: FlowLeasesOptions): FlowLeases {
  return new Leases(options);
}

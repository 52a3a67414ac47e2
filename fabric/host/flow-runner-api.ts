import type { Principal } from '../access/principal.ts';
import type { WireError } from '../error.ts';
import type { Platform } from '../platform.ts';
import type { CircuitBreaker } from '../port/circuit-breaker.ts';
import type { ObjectState, StepStatus } from '../record/object-state.ts';
import type { Op } from '../record/op.ts';
import type { RefusedOp } from '../sync/sync-api.ts';
import type { HostEvents } from './host-events.ts';
import type { ModelRegistry } from './model-registry.ts';
import type { Partition } from './partition.ts';
import type { BreakerStanding } from './port-breakers.ts';
import type { RealmCalls } from './realm-calls.ts';
import type { ModelRealms } from './realms.ts';

/**
 * Runs the flow steps that this host owns. A step becomes due with an op and runs once the authority has accepted
 * that op; its outcome is an op of its own, under the flow's epoch. While the host is offline steps wait and no
 * attempt counts. After a crash a step is called again with the same idempotency key. A flow that has failed, or was
 * called off, is taken back: one step after the other, newest first. A flow that gets another owner is left alone from
 * then on, also by what is under way.
 */
export interface FlowRunner {
  /** Runs what is due in an accepted state and owned by this host. @param acceptedOp the op that was accepted just now */
  consider(partition: Partition, state: ObjectState, acceptedOp?: string): void;
  /** The authority has refused the outcome of a step: it becomes a failed one, unless another host has the flow now. */
  refused(partition: Partition, op: Op, error: WireError): void;
  /** Looks again at every object with steps that are left: after a start, a newly loaded build, coming online, or another configuration. */
  resume(partitions: Iterable<Partition>): void;
  /** The breaker of a port, if it names thresholds: for calls from outside, which count like those of a flow. */
  breaker(modelName: string, port: string): Promise<CircuitBreaker | null>;
  close(): void;
  readonly counters: FlowCounters;
  /** of the ports that name thresholds and were called */
  breakers(): readonly BreakerStanding[];
}

/** Calls of ports, and how steps ended. */
export type FlowCounters = { readonly [name in 'calls' | StepStatus]: number };

/** Whether the outcome of a step was refused because another host has the flow now: nobody need be told. */
export function isSuperseded({ op, error }: RefusedOp): boolean {
  return op.kind === 'flow' && error.code === 'FLOW_FENCED';
}

export const noFlows: FlowCounters = { calls: 0, done: 0, failed: 0, canceled: 0, undone: 0, 'undo-failed': 0 };

export interface FlowRunnerOptions {
  readonly node: string;
  readonly platform: Platform;
  readonly principal: Principal;
  readonly realm: ModelRealms;
  readonly calls: RealmCalls;
  readonly registry: ModelRegistry;
  readonly events: HostEvents;
  isOnline(): boolean;
}

/** Makes a host's flow runner: `createFlowRunner`, or `lazyFlowRunner` over it. */
export type CreateFlowRunner = (options: FlowRunnerOptions) => FlowRunner;

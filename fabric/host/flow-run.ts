import type { WireError } from '../error.ts';
import type { DueStep, StepStatus } from '../record/object-state.ts';
import type { Patch } from '../record/patch.ts';
import type { HostEventBody } from './host-api.ts';
import type { Partition } from './partition.ts';

/** One step of one object's flow, as its owner runs it. */
export interface FlowRun {
  readonly partition: Partition;
  readonly id: string;
  readonly step: DueStep;
  readonly epoch: number;
  /** to call the step's port, or to take back what it did */
  readonly act: 'call' | 'undo';
}

/** How a run ended: what its op records. */
export interface FinishedRun {
  readonly status: StepStatus;
  readonly patch: Patch;
  readonly build: string;
  readonly attempts: number;
  readonly error?: WireError;
  /** an attempt was not answered in time: its partner may have done it */
  readonly isUncertain?: boolean;
  /** the model's fallback answered in the partner's place */
  readonly isFallback?: boolean;
}

export const noChange: Patch = { set: {}, unset: [], base: {} };

type PortEvent = Extract<HostEventBody, { readonly type: 'port' }>;

/** What the host tells of a run. */
export function portEvent(
  { partition, id, step, act }: FlowRun,
  told: Pick<PortEvent, 'phase' | 'durationMs'> & { readonly act?: PortEvent['act']; readonly error?: WireError },
): PortEvent {
  const { modelName } = partition;
  const doing = told.act ?? act;
  return {
    type: 'port',
    modelName,
    port: step.port,
    id,
    key: step.key,
    phase: told.phase,
    durationMs: told.durationMs,
    ...(doing === 'call' ? {} : { act: doing }),
    ...(told.error ? { error: told.error } : {}),
  };
}

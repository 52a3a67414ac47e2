import { isRunBy } from '../../record/flow-owner.ts';
import type { DueStep, FlowState, StepStatus } from '../../record/object-state.ts';
import type { SimPartner } from './sim-partner.ts';

/** A step as its flow's owner claims that it ended. */
export interface ForgedStep {
  readonly step: DueStep;
  readonly status: StepStatus;
}

/** What the owner of a flow may not record of it, besides a step that waits. */
export function forgedSteps(flow: FlowState, step: DueStep, partner: SimPartner): readonly ForgedStep[] {
  const { due, done, compensation } = flow;
  const elsewhere = due.filter((each) => !isRunBy(flow.owner, each));
  if (elsewhere.length > 0) return elsewhere.map((each) => ({ step: each, status: 'done' }));
  const status = due.includes(step) ? 'done' : 'undone';
  const forged: ForgedStep[] = [
    { step: { ...step, port: 'sell' }, status },
    { step: { ...step, event: 'paid' }, status },
    { step: { ...step, key: `${step.key}.undo` }, status: 'undone' },
  ];
  if (compensation === undefined && !partner.asked.has(step.key)) forged.push({ step, status: 'canceled' });
  for (const later of compensation?.left.slice(1) ?? []) forged.push({ step: later, status: 'undone' });
  for (const ended of done) {
    forged.push({ step: ended, status: 'undo-failed' });
    // That a canceled one was done after all is a claim like any other.
    if (ended.status !== 'canceled') forged.push({ step: ended, status: 'done' });
  }
  return forged;
}

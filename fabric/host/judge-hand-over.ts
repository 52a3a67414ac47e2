import { TestudoError } from '../error.ts';
import { broughtFlow } from '../record/hand-over.ts';
import type { DoneStep, DueStep, FlowState } from '../record/object-state.ts';
import type { Op } from '../record/op.ts';
import type { PortReport } from '../spec/model-report.ts';
import type { ModelRegistry } from './model-registry.ts';

/**
 * The flow of an object that is handed over, as its new authority has it go on. What its host says of it is that host's
 * claim, as with every step. So a port that is placed elsewhere, whose outcomes have to be trusted, is run here where
 * making the object makes it due, and not where only that host says so; and what that host has done of it is not called
 * again, nor taken back here.
 * @throws TestudoError `FORBIDDEN` naming such a port; `VALIDATION` for a step with another object's idempotency key
 */
export function continuedFlow(
  op: Op,
  registry: ModelRegistry,
  placed: (modelName: string, step: DueStep) => DueStep,
): FlowState | null {
  const flow = broughtFlow(op);
  if (flow === null) return null;
  const { modelName, id } = op;
  const { ports } = registry.get(modelName);
  const portOf = (name: string): PortReport | undefined =>
    Object.prototype.hasOwnProperty.call(ports, name) ? ports[name] : undefined;
  const atFirst = registry.dueOf({ ...op, kind: 'create' }).map(({ port }) => port);
  const isPlaced = ({ port }: DueStep): boolean => portOf(port)?.placement !== undefined;
  const beyond = flow.due
    .filter(({ port }) => !atFirst.includes(port))
    .concat(flow.compensation?.left ?? [])
    .find(isPlaced);
  if (beyond !== undefined) {
    throw new TestudoError(
      'FORBIDDEN',
      `${modelName} ${id}: what another host says of ${beyond.port}, which runs elsewhere, is not believed; make it anew here`,
    );
  }
  const steps: readonly DueStep[] = [...flow.due, ...flow.done, ...(flow.compensation?.left ?? [])];
  const foreign = steps.find(({ key }) => !key.startsWith(`${id}.`));
  if (foreign !== undefined)
    throw new TestudoError(
      'VALIDATION',
      `${modelName} ${id}: the key ${foreign.key} of ${foreign.port} is not its own`,
    );
  const due = flow.due.map(({ port, event, key }) => {
    const report = portOf(port);
    if (report === undefined) return { port, event, key };
    return placed(modelName, { port, event, key, ...(report.undoable ? { undoable: true } : {}) });
  });
  return { ...flow, due, done: flow.done.map((step) => (isPlaced(step) ? notOurs(step) : step)) };
}

/** A step that this side has not run: it stays done, its undo is not called, and it says so. */
function notOurs({ undoable: _claimed, ...step }: DoneStep): DoneStep {
  return { ...step, error: step.error ?? `done at ${step.node} while that was alone; it is not taken back here` };
}

import { TestudoError } from '../error.ts';
import { broughtFlow } from '../record/hand-over.ts';
import type { DueStep, FlowState } from '../record/object-state.ts';
import type { Op } from '../record/op.ts';
import type { PortReport } from '../spec/model-report.ts';
import type { ModelRegistry } from './model-registry.ts';

/**
 * The flow of an object that is handed over, as its new authority has it go on. What its host says of it is that host's
 * claim, as with every step: so a port that is placed elsewhere, whose outcomes have to be trusted, may be due where
 * making the object makes it due, and nothing else is believed of it.
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
    .concat(flow.done, flow.compensation?.left ?? [])
    .find(isPlaced);
  if (beyond !== undefined) {
    throw new TestudoError(
      'FORBIDDEN',
      `${modelName} ${id}: what another host says of ${beyond.port}, which runs elsewhere, is not believed; make it anew here`,
    );
  }
  const foreign = flow.due.find(({ key }) => !key.startsWith(`${id}.`));
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
  return { ...flow, due };
}

import type { Plain } from '../../plain.ts';
import type { DueStep, FlowState } from '../../record/object-state.ts';
import { opId, replicaHost } from '../../record/op.ts';
import { plainEqual } from '../../record/plain-equal.ts';
import { isLate, type Chapter, type RestedRun } from './flow-laws.ts';

/**
 * A flow is in one hand at a time: only its owner records steps, under its epoch, and none that is placed elsewhere. It
 * changes hands with the next epoch, for one of two reasons, and nothing that was left to do is lost on the way.
 */
export function checkHands({ world }: RestedRun, chapter: Chapter): void {
  const { op, before, after } = chapter;
  if (op.step !== null && !isOwners(chapter) && !isLate(op.step, before))
    world.violate(`${opId(op)} recorded a step of ${JSON.stringify(before)}`);
  if (op.step?.port === 'pay' && op.step.node !== 'authority')
    world.violate(`${opId(op)} is of ${op.step.node}, where nothing is paid`);
  if (before === null || after === null) return;
  if (isTaken(chapter)) return world.count(op.kind === 'take-over' ? 'epochs by take-over' : 'epochs by hand-over');
  const isKept = op.kind !== 'take-over' && after.owner === before.owner && after.epoch === before.epoch;
  if (!isKept) world.violate(`${opId(op)} made of ${JSON.stringify(before)} ${JSON.stringify(after)}`);
  const ended = op.step?.key;
  const lost = before.due.filter(({ key }) => key !== ended && !after.due.some((due) => due.key === key));
  if (lost.length > 0 && op.kind !== 'delete') world.violate(`${opId(op)} lost ${JSON.stringify(lost)}`);
}

function isOwners({ op: { step, replica }, before }: Chapter): boolean {
  if (before === null || step === null) return false;
  const { due, compensation } = before;
  const host = replicaHost(replica);
  const own = [...due, ...(compensation?.left ?? [])].find(({ key }) => key === step.key);
  return before.owner === host && step.node === host && before.epoch === step.epoch && isAt(own, host);
}

function isAt(step: DueStep | undefined, owner: string): boolean {
  return step?.host === undefined || step.host === owner;
}

/** Whether the flow came into other hands as it should. */
function isTaken({ op, before, after }: Chapter): boolean {
  if (before === null || after === null || after.epoch !== before.epoch + 1 || after.owner === before.owner)
    return false;
  if (op.kind === 'take-over') return after.owner === replicaHost(op.replica) && isSameWork(before, after);
  const isLost = before.due.some(({ key }) => key !== op.step?.key && !after.due.some((due) => due.key === key));
  return after.due[0]?.host === after.owner && !after.due.some((step) => isAt(step, before.owner)) && !isLost;
}

function isSameWork(before: FlowState, after: FlowState): boolean {
  const { owner: _former, epoch: _ended, ...work } = before;
  const { owner: _owner, epoch: _epoch, ...left } = after;
  return plainEqual(work as unknown as Plain, left as unknown as Plain);
}

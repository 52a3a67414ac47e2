import type { DoneStep, FlowState, ObjectState } from '../../record/object-state.ts';
import { checkHands } from './hand-laws.ts';
import { isUnfinished } from '../../record/flow-owner.ts';
import { plainEqual } from '../../record/plain-equal.ts';
import type { FeedEntry } from '../../sync/wire.ts';
import { opId, type Op } from '../../record/op.ts';
import type { SimAuthority } from './sim-authority.ts';
import type { SimPartner } from './sim-partner.ts';
import type { SimWorld } from './sim-world.ts';

/** A run that has come to rest. */
export interface RestedRun {
  readonly world: SimWorld;
  readonly authority: SimAuthority;
  readonly partner: SimPartner;
}

/** An op that was accepted, and the flow before and after it. */
export interface Chapter {
  readonly op: Op;
  readonly before: FlowState | null;
  readonly after: FlowState | null;
}

/** An object with a flow, and all that happened to it in order. */
interface Story {
  readonly state: ObjectState;
  readonly flow: FlowState;
  readonly chapters: readonly Chapter[];
}

/**
 * Laws L4 and L9: every step has run to its end, and what a failed flow did is taken back, each once, newest first. Of an
 * object of which the authority's disk has lost something, its partners know more than it does.
 */
export function checkFlows(run: RestedRun): void {
  const { ledger } = run.authority;
  const log = ledger.entries;
  checkPartner(run, [...log, ...ledger.lostEntries]);
  const ops = new Map(ledger.decided.map(({ op }) => [opId(op), op]));
  const forgotten = new Set([...ledger.lostEntries.map(({ state }) => state.id), ...run.authority.lostObjects]);
  const ended = new Set<string>();
  checkDeletions(run, log);
  for (const state of run.authority.authority?.list() ?? []) {
    const { flow } = state;
    if (flow === null || forgotten.has(state.id)) continue;
    const entries = log.filter((entry) => entry.state.id === state.id);
    const chapters = entries.map((entry, index) => ({
      op: ops.get(entry.opId) as Op,
      before: entries[index - 1]?.state.flow ?? null,
      after: entry.state.flow,
    }));
    const story = { state, flow, chapters };
    for (const step of flow.done) checkStep(run, step, ended);
    checkEnd(run, story);
    checkUndone(run, story);
    for (const chapter of chapters) {
      checkChapter(run, chapter);
      checkHands(run, chapter);
    }
  }
}

function isUndo({ status }: DoneStep): boolean {
  return status === 'undone' || status === 'undo-failed';
}

/** The partner was called for nothing but what was due, or was to be taken back, at some time. */
function checkPartner({ world, partner }: RestedRun, log: readonly FeedEntry[]): void {
  const due = new Set(
    log.flatMap(({ state: { flow } }) =>
      [...(flow?.due ?? []), ...(flow?.compensation?.left ?? [])].map(({ key }) => key),
    ),
  );
  for (const key of partner.calls.keys())
    if (!due.has(key)) world.violate(`the partner was called for ${key}, which was never due`);
}

function checkStep({ world, partner }: RestedRun, step: DoneStep, ended: Set<string>): void {
  const { key, status, isAnswered } = step;
  if (ended.has(key)) world.violate(`step ${key} took effect twice`);
  ended.add(key);
  const isEffect = status === 'done' || status === 'undone' || isAnswered === true;
  if (partner.calls.has(key) !== isEffect) world.violate(`step ${key} is ${status}, which the partner does not say`);
}

/** Nothing waits any more, and a flow is taken back where it failed or was called off, and nowhere else. */
function checkEnd({ world }: RestedRun, { state, flow, chapters }: Story): void {
  const isCalledOff = chapters.some(({ op }) => op.command === 'cancel');
  const { due, done, compensation } = flow;
  for (const { key } of [...due, ...(compensation?.left ?? [])]) world.violate(`${state.id} has steps left: ${key}`);
  const isFailed = done.some(({ status }) => status === 'failed');
  if ((compensation !== undefined) !== (isFailed || isCalledOff))
    world.violate(`${state.id} ended wrongly: ${JSON.stringify(flow)}`);
  if (compensation === undefined && done.length !== 5) world.violate(`${state.id} has run ${done.length} steps of 5`);
}

/** Nothing is deleted of which something could not be taken back any more. */
function checkDeletions({ world }: RestedRun, log: readonly FeedEntry[]): void {
  const flows = new Map<string, FlowState | null>();
  for (const { kind, state, opId: id } of log) {
    const flow = flows.get(state.id) ?? null;
    flows.set(state.id, state.flow);
    if (kind !== 'delete' || flow === null || !isUnfinished(flow)) continue;
    const left = [...flow.due, ...flow.done].filter(({ undoable }) => undoable === true);
    if (left.length > 0) world.violate(`${id} deleted ${state.id} in the middle of its flow: ${JSON.stringify(flow)}`);
  }
}

/**
 * What can be taken back is: by the log of the object, and in the order of the partner's own account. What was known to
 * be done too late to be the first is the first of what is taken back afterwards, but for one that may be under way.
 */
function checkUndone({ world, partner }: RestedRun, { state, flow, chapters }: Story): void {
  const { done, compensation } = flow;
  const late = lateKeys(chapters);
  const wanted = done
    .filter(({ status, port, isAnswered }) => (status === 'done' || isAnswered === true) && port !== 'track')
    .map(({ key }) => `${key}.undo`);
  const undone = done.filter(isUndo).map(({ key }) => key);
  const [missing, inTurn] = [wanted.filter((key) => !undone.includes(key)), undone.filter((key) => !late.has(key))];
  const isOrdered = plainEqual(inTurn, wanted.filter((key) => !late.has(key)).reverse());
  if (compensation === undefined ? undone.length > 0 : missing.length > 0 || !isOrdered)
    world.violate(`${state.id} has taken back ${undone.join()}, not ${wanted.join()}`);
  const called = [...partner.calls.keys()].filter((key) => undone.includes(key));
  if (
    !plainEqual(
      called,
      undone.filter((key) => called.includes(key)),
    )
  )
    world.violate(`${state.id}: the partner took back ${called.join()}`);
  if (undone.length > 0) world.count('flowsTakenBack');
}

/** Of the steps that were canceled, and turned out later to have been done: the keys of what takes them back. */
function lateKeys(chapters: readonly Chapter[]): ReadonlySet<string> {
  const late = chapters.filter(({ op: { step }, before }) => step !== null && isLate(step, before));
  return new Set(late.map(({ op }) => `${op.step?.key ?? ''}.undo`));
}

export function isLate(step: DoneStep, before: FlowState | null): boolean {
  const former = before?.done.find(({ key }) => key === step.key);
  const isEffect = step.status === 'done' || step.isAnswered === true;
  return isEffect && former?.status === 'canceled' && former.node === step.node && former.port === step.port;
}

/** What an op recorded was waiting, and nothing becomes due once a flow is being taken back. */
function checkChapter({ world }: RestedRun, { op, before, after }: Chapter): void {
  if (op.step !== null && !isWaiting(op.step, before) && !isLate(op.step, before))
    world.violate(`${opId(op)} recorded ${JSON.stringify(op.step)} of ${JSON.stringify(before)}`);
  const former = before?.due.map(({ key }) => key) ?? [];
  const isNew = after?.due.some(({ key }) => !former.includes(key)) === true;
  if (isNew && before?.compensation !== undefined)
    world.violate(`${opId(op)} made steps due of a flow that had ended: ${JSON.stringify(after)}`);
}

function isWaiting(step: DoneStep, before: FlowState | null): boolean {
  const { due = [], compensation } = before ?? {};
  const undo = due.length === 0 ? (compensation?.left.slice(0, 1) ?? []) : [];
  const isCanceled = step.status === 'canceled' && compensation === undefined;
  const waiting = isUndo(step) ? undo : due;
  return (
    !isCanceled &&
    waiting.some(({ key, port, event }) => key === step.key && port === step.port && event === step.event)
  );
}

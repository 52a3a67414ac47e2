import { TestudoError } from '../error.ts';
import { deepFreeze } from '../record/deep-freeze.ts';
import type { StepStatus } from '../record/object-state.ts';
import type { ObjectState } from '../record/object-state.ts';
import { replicaHost, type Op, type OpKind } from '../record/op.ts';
import { isState } from './sound-records.ts';
import type { PushRequest } from './wire.ts';

/** Ops that one push may carry at most. */
export const maxPushOps: number = 1000;

/** What other hosts may push: an authority alone takes a flow over. */
const kinds: readonly OpKind[] = ['create', 'update', 'delete', 'command', 'flow', 'hand-over'];

const statuses: readonly StepStatus[] = ['done', 'failed', 'canceled', 'undone', 'undo-failed'];

type Unknown = { readonly [key: string]: unknown };

const isRecord = (value: unknown): value is Unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown, least: number): value is number =>
  Number.isSafeInteger(value) && (value as number) >= least;
const isText = (value: unknown, most: number): value is string => typeof value === 'string' && value.length <= most;

function isFields(value: unknown): boolean {
  return isRecord(value) && !Object.prototype.hasOwnProperty.call(value, '__proto__');
}

function isPatch(value: unknown): boolean {
  if (!isRecord(value) || !isFields(value['set']) || !isFields(value['base'])) return false;
  return Array.isArray(value['unset']) && value['unset'].every((key) => typeof key === 'string' && key !== '__proto__');
}

function isDue(value: unknown): boolean {
  if (!isRecord(value) || !isMarked(value, 'undoable')) return false;
  return [value['port'], value['event'], value['key']].every((text) => isText(text, 400));
}

function isMarked(value: Unknown, mark: string): boolean {
  return value[mark] === undefined || value[mark] === true;
}

function isStep(value: unknown): boolean {
  return isDone(value) && isCount((value as Unknown)['epoch'], 1);
}

/** What an object brings that is handed over. */
function isHandedOver(value: unknown): boolean {
  if (!isRecord(value) || !isCount(value['createdMs'], 0)) return false;
  const { flow } = value;
  if (flow === null) return true;
  if (!isRecord(flow) || !isListOf(flow['due'], isDue) || !isListOf(flow['done'], isDone)) return false;
  const { compensation } = flow;
  if (compensation === undefined) return true;
  return isRecord(compensation) && isText(compensation['reason'], 4000) && isListOf(compensation['left'], isDue);
}

function isListOf(value: unknown, isOne: (each: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isOne);
}

function isDone(value: unknown): boolean {
  if (!isRecord(value) || !isDue(value) || !isCount(value['attempts'], 0)) return false;
  if (typeof value['atMs'] !== 'number') return false;
  const texts = [value['build'], value['node']];
  const isError = value['error'] === undefined || isText(value['error'], 4000);
  const isMarkedAs = (mark: string, status: StepStatus): boolean =>
    isMarked(value, mark) && (value[mark] === undefined || value['status'] === status);
  return (
    isError &&
    isMarkedAs('isAnswered', 'failed') &&
    isMarkedAs('isUncertain', 'failed') &&
    isMarkedAs('isFallback', 'done') &&
    texts.every((text) => isText(text, 400)) &&
    statuses.includes(value['status'] as StepStatus)
  );
}

/** What was found, as far as it has a text: an object's own `toString` is not asked. */
function shown(value: unknown): string {
  return typeof value === 'object' ? 'that is none' : String(value).slice(0, 80);
}

/** What is wrong with an op's shape, or `null`. */
function fault(op: unknown, partition: string): string | null {
  if (!isRecord(op)) return 'is not a record';
  if (op['partition'] !== partition) return `belongs to partition ${shown(op['partition'])}`;
  if (!isText(op['modelName'], 100) || !partition.endsWith(`/${op['modelName']}`)) return 'is of another model';
  if (!isText(op['id'], 200) || op['id'] === '') return 'has no id of 1 to 200 characters';
  if (!kinds.includes(op['kind'] as OpKind)) return `is of unknown kind ${shown(op['kind'])}`;
  if (op['kind'] === 'command' ? !isText(op['command'], 100) : op['command'] !== null) return 'has a wrong command';
  if (op['kind'] === 'flow' ? !isStep(op['step']) : op['step'] !== null) return 'has a wrong step';
  if (op['kind'] === 'hand-over' && !isHandedOver(op['input'])) return 'hands over no flow that could go on';
  if (!isCount(op['schemaVersion'], 0) || !isCount(op['baseVersion'], 0)) return 'has a wrong version';
  if (!isPatch(op['patch'])) return 'has a wrong patch';
  const { first = 'a:1' } = op;
  if (!isText(first, 100) || !/^[a-z0-9-]+(~\d{1,6})?:[1-9]\d{0,14}$/.test(first)) return 'has a wrong first id';
  return isText(op['requestId'], 1000) && typeof op['atMs'] === 'number' ? null : 'has a wrong requestId or time';
}

function refuse(what: string): never {
  throw new TestudoError(
    'BAD_REQUEST',
    `push: ${what}; send 1 to ${maxPushOps} ops of one replica with ascending counters`,
  );
}

/**
 * The ops of a push from another host, frozen, when their shape is right and their counters follow one another.
 * @throws TestudoError `BAD_REQUEST` naming the op and what is wrong
 */
export function checkPush(request: PushRequest, partition: string): readonly Op[] {
  if (!isRecord(request) || !isText(request.replica, 70) || !/^[a-z0-9-]+(~\d{1,6})?$/.test(request.replica))
    refuse('no replica is named');
  const { replica, ops, life = '', offers = [] } = request;
  if (!isText(life, 100)) refuse(`${replica} names no life of the authority`);
  if (!isListOf(offers, (state) => isState(state, (state as Partial<ObjectState> | null)?.id ?? '')))
    refuse(`${replica} offers what is no object`);
  if (!Array.isArray(ops) || ops.length > maxPushOps) refuse(`${replica} sends no list of ops, or too many`);
  for (let index = 0; index < ops.length; index += 1) {
    const op = ops[index] as Op;
    const wrong = fault(op, partition);
    if (wrong !== null) refuse(`op ${index} of ${replica} ${wrong}`);
    if (op.replica !== replica) refuse(`op ${index} of ${replica} is signed by ${shown(op.replica)}`);
    if (op.step && op.step.node !== replicaHost(replica))
      refuse(`op ${index} of ${replica} records a step that ${op.step.node} ran`);
    const isNext = index === 0 ? isCount(op.counter, 1) : op.counter === (ops[index - 1] as Op).counter + 1;
    if (!isNext) refuse(`op ${index} of ${replica} has counter ${shown(op.counter)}`);
  }
  return deepFreeze(ops);
}

import { TestudoError } from '../error.ts';
import { opId, type Op } from '../record/op.ts';
import { plainEqual } from '../record/plain-equal.ts';
import type { Datasource } from '../store/datasource.ts';
import type { DecidedOp } from './authority-book.ts';
import { opKey } from './keys.ts';
import { readEach } from './read-all.ts';
import type { FeedEntry } from './wire.ts';

const ignored = (): void => undefined;

/** The log entry of an op, or `null` where no entry that can be read is its. */
export async function loggedEntry(datasource: Datasource, log: string, id: string): Promise<FeedEntry | null> {
  let found: FeedEntry | null = null;
  await readEach(datasource, {
    collection: log,
    visit({ value }) {
      const entry = value as unknown as FeedEntry;
      if (entry.opId === id) found = entry;
    },
    onDamaged: ignored,
  });
  return found;
}

/** The key of the op that a request made at this host, or `null` where no op that can be read is its. @param request its key, with its user */
export async function decidedFor(datasource: Datasource, ops: string, request: string): Promise<string | null> {
  let found: string | null = null;
  await readEach(datasource, {
    collection: ops,
    visit({ key, value }) {
      if ((value as unknown as DecidedOp).request === request) found = key;
    },
    onDamaged: ignored,
  });
  return found;
}

/**
 * The seq under which an op was accepted, where an entry of its id shows its effect; `null` where that is of another op,
 * for a host may use a number twice. `undefined`: it may be either.
 */
export function seqOf(op: Op, { seq, kind, state }: FeedEntry): number | null | undefined {
  if (state.id !== op.id || kind !== op.kind) return null;
  const { set, unset } = op.patch;
  const isShown =
    op.command === null &&
    Object.keys(set).every((field) => plainEqual(set[field], state.fields[field])) &&
    unset.every((field) => !(field in state.fields)) &&
    (op.step === null || state.flow?.done.some(({ key }) => key === op.step?.key) === true);
  return isShown ? seq : undefined;
}

/** What the maker of an op is told when nothing tells what came of it. One that has had other ids may be a copy's. */
export function unknownOutcome(op: Op): TestudoError {
  const { first, modelName, id } = op;
  const message = `${opId(op)}${first === undefined ? '' : `, first ${first},`} was decided before, and no record tells any more what came of it; look at ${modelName} ${id}, then make the change again if it is missing`;
  return new TestudoError(first === undefined ? 'CORRUPT' : 'CONFLICT', message);
}

/** Whether so much of an op's replica has been decided since that its outcome was given back: the oldest that is kept is a later one's. */
export async function isForgotten(datasource: Datasource, packed: string, op: Op): Promise<boolean> {
  const keys: string[] = [];
  const note = ({ key }: { readonly key: string }): void => void keys.push(key);
  const range = { after: opKey(op.replica, 0), before: opKey(op.replica, 1e15), limit: 1, onDamaged: note };
  (await datasource.range(packed, range)).forEach(note);
  return keys[0] !== undefined && keys[0] > opKey(op.replica, op.counter);
}

/** What whoever runs the host is told of a damaged record of an op or a request, whose outcome other records told. */
export function damagedTrace(partition: string, cause: TestudoError): TestudoError {
  const modelName = partition.slice(partition.indexOf('/') + 1);
  const message = `${cause.message.split(';')[0]}; what it said of ${modelName} was found in other records`;
  return new TestudoError('CORRUPT', message, { data: { modelName, ids: [] }, cause });
}

/** What is told of a log that is damaged after a place: replicas that have not read on from there take everything anew. */
export function damagedLog(partition: string, after: string): TestudoError {
  const modelName = partition.slice(partition.indexOf('/') + 1);
  const message = `The log of ${modelName} is damaged after ${after}; who has not read on from there is sent everything anew`;
  return new TestudoError('CORRUPT', message, { data: { modelName, ids: [after] } });
}

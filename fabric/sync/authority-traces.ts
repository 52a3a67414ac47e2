import { TestudoError } from '../error.ts';
import { opId, type Op } from '../record/op.ts';
import type { Datasource } from '../store/datasource.ts';
import type { DecidedOp } from './authority-book.ts';
import { opKey } from './keys.ts';
import { readEach } from './read-all.ts';
import type { FeedEntry } from './wire.ts';

const ignored = (): void => undefined;

/** `seq` of the log entry of an op, or `null` where no entry that can be read is its. */
export async function loggedSeq(datasource: Datasource, log: string, id: string): Promise<number | null> {
  let found: number | null = null;
  await readEach(datasource, {
    collection: log,
    visit({ value }) {
      const entry = value as unknown as FeedEntry;
      if (entry.opId === id) found = entry.seq;
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

/** What the maker of an op is told when the record of its outcome is damaged, and the log has no entry of it. */
export function unknownOutcome(op: Op): TestudoError {
  const message = `${opId(op)} was decided and is in no log entry that can be read: it was most likely refused; look at ${op.modelName} ${op.id}, then make the change again if it is missing`;
  return new TestudoError('CORRUPT', message);
}

/**
 * What the maker of an op is told of whose replica so much has been decided since that its outcome was given back: the
 * oldest one that is kept is a later one's. `null`: it was not given back.
 */
export async function forgottenOutcome(datasource: Datasource, packed: string, op: Op): Promise<TestudoError | null> {
  const keys: string[] = [];
  const note = ({ key }: { readonly key: string }): void => void keys.push(key);
  const range = { after: opKey(op.replica, 0), before: opKey(op.replica, 1e15), limit: 1, onDamaged: note };
  (await datasource.range(packed, range)).forEach(note);
  if (keys[0] === undefined || keys[0] <= opKey(op.replica, op.counter)) return null;
  const message = `${opId(op)} was decided so many ops ago that its outcome is not kept; look at ${op.modelName} ${op.id}, then make the change again if it is missing`;
  return new TestudoError('CONFLICT', message);
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

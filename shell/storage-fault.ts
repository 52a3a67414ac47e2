import { hasCode, TestudoError } from '@testudo/fabric/error';
import type { ErrorCode } from '@testudo/fabric/error';

type Fault = readonly [ErrorCode, string];

const unavailable: Fault = [
  'UNAVAILABLE',
  'This browser gives this site no storage. Allow it to keep data and cookies, or leave the private window',
];
const faults: { readonly [errorName: string]: Fault } = {
  QuotaExceededError: [
    'STORAGE_FULL',
    'This device has no room left for this site. Free some space, and it goes on by itself',
  ],
  VersionError: [
    'STORAGE_NEWER',
    'A newer version of this application has changed what is kept here. Reload to get that version',
  ],
};

/** What Firefox and Safari call a connection that they have lost, and private windows of some engines. */
const lostNames: readonly string[] = ['InvalidStateError', 'UnknownError'];

/** Whether an engine says that it has lost the connection to a database. */
export function isLostConnection(cause: unknown): boolean {
  return cause instanceof Error && lostNames.includes(cause.name);
}

/**
 * What an engine's refusal to store means, in words for the user: what is the matter, and what to do. What was under way
 * on a connection that is lost is in doubt (`data.inDoubt`).
 */
export function storageFault(cause: unknown): TestudoError {
  if (hasCode(cause)) return cause;
  const [name, found] = cause instanceof Error ? [cause.name, `${cause.name}: ${cause.message}`] : ['', String(cause)];
  const [code, message] = faults[name] ?? unavailable;
  return new TestudoError(code, message, { data: { found, inDoubt: isLostConnection(cause) }, cause });
}

/** The same, of a second attempt: whatever became of that, the first one, on a connection that was lost, is in doubt. */
export function faultInDoubt(cause: unknown): TestudoError {
  const { code, message, data } = storageFault(cause);
  return new TestudoError(code, message, { data: { ...data, inDoubt: true }, cause });
}

/** What is said of storage that does not answer. @param inDoubt whether what it was asked to write may be there all the same */
export function storageSilent(inDoubt: boolean = false): TestudoError {
  const message = 'The storage of this site does not answer. Close its other tabs, then reload';
  return new TestudoError('DEADLINE', message, { data: { inDoubt } });
}

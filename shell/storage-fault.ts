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

/** What an engine's refusal to store means, in words for the user: what is the matter, and what to do. */
export function storageFault(cause: unknown): TestudoError {
  if (hasCode(cause)) return cause;
  const [name, found] = cause instanceof Error ? [cause.name, `${cause.name}: ${cause.message}`] : ['', String(cause)];
  const [code, message] = faults[name] ?? unavailable;
  return new TestudoError(code, message, { data: { found }, cause });
}

/** What is said of storage that does not answer. */
export function storageSilent(): TestudoError {
  return new TestudoError('DEADLINE', 'The storage of this site does not answer. Close its other tabs, then reload');
}

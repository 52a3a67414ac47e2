import { TestudoError } from '../error.ts';
import type { ObjectState } from '../record/object-state.ts';
import type { Op } from '../record/op.ts';
import type { OpDraft, RequestKey } from './sync-api.ts';

/** The op that a draft becomes; what concerns its maker's host alone stays behind. */
export function opOf(
  draft: OpDraft,
  { replica, counter, partition }: Pick<Op, 'replica' | 'counter' | 'partition'>,
): Op {
  const { modelName, id, kind, command, input, schemaVersion, baseVersion, patch, step, requestId, atMs } = draft;
  return {
    replica,
    counter,
    partition,
    modelName,
    id,
    kind,
    command,
    input,
    schemaVersion,
    baseVersion,
    patch,
    step,
    requestId,
    atMs,
  };
}

/** What a draft asks for, as a text to compare. */
export function asksOf({ asks, kind, id, command, input }: OpDraft): string {
  return asks ?? JSON.stringify([kind, kind === 'create' ? null : id, command, input]);
}

/** @throws TestudoError `CONFLICT` when a request's key was used for something else before */
export function checkSameRequest({ requestId, asks }: RequestKey, former: string | undefined): void {
  if (former === undefined || former === asks) return;
  throw new TestudoError(
    'CONFLICT',
    `the key ${requestId} was used for another request; give every request a key of its own`,
  );
}

/** @throws TestudoError `CONFLICT` when the object has moved on from the version that the draft's maker saw */
export function checkVersion({ ifVersion, modelName }: OpDraft, current: ObjectState | undefined): void {
  if (ifVersion === undefined || current === undefined || current.version === ifVersion) return;
  throw new TestudoError(
    'CONFLICT',
    `the ${modelName} is at version ${current.version}, not ${ifVersion}; read it again`,
    { data: { version: current.version } },
  );
}

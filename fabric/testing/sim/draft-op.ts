import type { OpDraft } from '../../sync/sync-api.ts';

/** A draft for unit tests: an update of nothing, unless told otherwise. */
export function draftOp(changes: Partial<OpDraft>): OpDraft {
  return {
    modelName: 'thing',
    id: 'a',
    kind: 'update',
    command: null,
    input: null,
    schemaVersion: 1,
    baseVersion: 0,
    patch: { set: {}, unset: [], base: {} },
    step: null,
    requestId: '',
    atMs: 0,
    ...changes,
  };
}

import type { ObjectState } from '@testudo/fabric/record/object-state';
import { opId } from '@testudo/fabric/record/op';
import type { Op } from '@testudo/fabric/record/op';
import type { AuthorityLink } from '@testudo/fabric/sync/sync-api';
import type { FeedEntry, FeedPage } from '@testudo/fabric/sync/wire';

import { fieldsOf } from '../../objects.ts';
import { OBJECTS, PAGE } from './contestant.ts';
import { idOf, overTheWire, pagesOf } from './source.ts';

function stateOf(index: number): ObjectState {
  return {
    id: idOf(index),
    modelName: 'item',
    version: 1,
    seq: index + 1,
    schemaVersion: 1,
    owner: 'ada',
    createdMs: 1_000,
    updatedMs: 1_000,
    fields: fieldsOf(index),
    flow: null,
    deleted: false,
  };
}

function pageOf(indexes: readonly number[]): FeedPage {
  const entries = indexes.map((index): FeedEntry => {
    const state = stateOf(index);
    return { seq: state.seq, opId: `seed:${index}`, kind: 'create', state, conflicts: [] };
  });
  const seq = (indexes.at(-1) ?? 0) + 1;
  return { entries, cursor: `bench:${seq}`, more: seq < OBJECTS };
}

function entryOf(op: Op, seq: number): FeedEntry {
  const former = stateOf(Number(op.id.slice(1)));
  const fields = { ...former.fields, ...op.patch.set };
  const state = { ...former, version: op.baseVersion + 1, seq, fields };
  return { seq, opId: opId(op), kind: op.kind, state, conflicts: [] };
}

/** An authority that accepts every change and does nothing else, as the others' sources do. */
export function acceptingAuthority(): { readonly link: AuthorityLink; accepted(): number } {
  const pages = pagesOf(pageOf);
  const log: FeedEntry[] = [];
  const link: AuthorityLink = {
    async push(request) {
      const { ops } = overTheWire(request);
      const results = ops.map(({ counter }, index) => {
        const seq = OBJECTS + log.length + index + 1;
        return { counter, status: 'accepted', seq } as const;
      });
      log.push(...ops.map((op, index) => entryOf(op, results[index]?.seq ?? 0)));
      return overTheWire({ mark: ops.at(-1)?.counter ?? 0, results });
    },
    async pull({ since }) {
      const seq = since === null ? 0 : Number(since.slice(since.indexOf(':') + 1));
      if (seq < OBJECTS) return JSON.parse(pages[seq / PAGE] ?? '') as FeedPage;
      const entries = log.slice(seq - OBJECTS, seq - OBJECTS + PAGE);
      const last = seq + entries.length;
      return overTheWire({ entries, cursor: `bench:${last}`, more: last < OBJECTS + log.length });
    },
  };
  return { link, accepted: () => log.length };
}

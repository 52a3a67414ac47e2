import { noEffect } from '../fabric/record/flow.ts';
import type { Principal } from '@testudo/fabric/access/principal';
import { applyPatch } from '@testudo/fabric/record/merge';
import type { Datasource } from '@testudo/fabric/store/datasource';
import { memoryDatasource } from '@testudo/fabric/store/memory-datasource';
import { openAuthority } from '@testudo/fabric/sync/authority';
import { openReplica } from '@testudo/fabric/sync/replica';
import type { Authority, AuthorityLink, OpDraft, Replica } from '@testudo/fabric/sync/sync-api';
import type { FeedPage } from '@testudo/fabric/sync/wire';

import { inFlight } from './measure.ts';
import { fieldsOf } from './objects.ts';

const partition = 'main/item';
const ada: Principal = { user: 'ada', roles: [], tenant: 'main' };
const FEED_PAGE = 500;

/** The creation of one object of eight fields. */
export function draftOf(index: number): OpDraft {
  const fields = fieldsOf(index);
  return {
    modelName: 'item',
    id: `i${index}`,
    kind: 'create',
    command: null,
    input: fields,
    schemaVersion: 1,
    baseVersion: 0,
    patch: { set: fields, unset: [], base: {} },
    step: null,
    requestId: '',
    atMs: 1_000,
  };
}

/** A replica that begins with what is in a datasource. */
export function emptyReplica(link: AuthorityLink, datasource: Datasource): Promise<Replica> {
  const onError = (error: unknown): void => console.error(error);
  return openReplica({
    partition,
    datasource,
    replica: 'browser-1',
    link,
    onError,
    now: () => 1_000,
  });
}

/** An authority in memory whose judge accepts everything. */
function permissiveAuthority(): Promise<Authority> {
  return openAuthority({
    partition,
    datasource: memoryDatasource(),
    replica: 'server-1',
    epoch: 'e1',
    viewOf: () => ({ digest: 'v', sees: () => true }),
    now: () => 1_000,
    judge: async ({ patch }, current) => ({
      fields: applyPatch(current?.fields ?? {}, patch),
      patch,
      schemaVersion: 1,
      conflicts: [],
      flow: noEffect,
    }),
  });
}

/** The feed of so many creations, page by page as JSON text: what comes over the wire. */
export async function recordFeed(objects: number): Promise<readonly string[]> {
  const authority = await permissiveAuthority();
  let { cursor } = await authority.pull({ since: null, limit: FEED_PAGE }, ada);
  let made = 0;
  await inFlight(objects, 100, () => authority.submit(draftOf(made++), ada));
  const pages: string[] = [];
  for (let more = true; more;) {
    const page: FeedPage = await authority.pull({ since: cursor, limit: FEED_PAGE }, ada);
    ({ cursor, more } = page);
    pages.push(JSON.stringify(page));
  }
  return pages;
}

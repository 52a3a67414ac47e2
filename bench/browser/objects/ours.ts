import { answer } from '@testudo/fabric/store/queries';
import { openReplica } from '@testudo/fabric/sync/replica';
import type { OpDraft, Replica } from '@testudo/fabric/sync/sync-api';

import { indexeddbDatasource } from '../../../shell/indexeddb-datasource.ts';
import { acceptingAuthority } from './accepting-authority.ts';
import { offer, SCREEN, SHELF } from './contestant.ts';
import type { Contestant, Question } from './contestant.ts';
import { edited, editedIds } from './source.ts';

const questions = { screen: { limit: SCREEN }, shelf: { where: { shelf: SHELF } } };

function draftOf(id: string): OpDraft {
  return {
    modelName: 'item',
    id,
    kind: 'update',
    command: null,
    input: edited,
    schemaVersion: 1,
    baseVersion: 1,
    patch: { set: edited, unset: [], base: { status: 'PENDING' } },
    step: null,
    requestId: '',
    atMs: 1_000,
  };
}

function contestantOf(replica: Replica, accepted: () => number): Contestant {
  replica.index(['shelf']);
  return {
    pull: () => replica.exchange(),
    settle: async () => undefined,
    async edit() {
      for (const id of editedIds) await replica.write(draftOf(id));
    },
    async flush() {
      await replica.exchange();
      if (replica.pending().length > 0) throw new Error(`${replica.pending().length} are still pending`);
      return accepted();
    },
    ask: async (question: Question) => answer(replica.source, questions[question], () => true).objects,
  };
}

offer(async (name) => {
  const authority = acceptingAuthority();
  const datasource = await indexeddbDatasource({ name, fence: true });
  const { link } = authority;
  const onError = (error: unknown): void => console.error(error);
  const options = { partition: 'main/item', datasource, replica: 'browser-1', link, onError, now: () => 1_000 };
  return contestantOf(await openReplica(options), authority.accepted);
});

import type { Principal } from '../access/principal.ts';
import { TestudoError } from '../error.ts';
import type { Sink, SinkAnswer, SinkBatch, SinkFilter } from '../host/sinks/sink-api.ts';
import { SinkDriver, type SinkDriverOptions } from '../host/sinks/sink-driver.ts';
import type { Datasource } from '../store/datasource.ts';
import { readLog } from '../sync/read-log.ts';
import type { Authority, OpDraft } from '../sync/sync-api.ts';
import { draftOp } from './sim/draft-op.ts';
import { memoryRecords } from './sim/memory-datasource.ts';
import { settled, virtualPlatform, type VirtualPlatform } from './virtual-platform.ts';
import { openPlainAuthority } from './plain-authority.ts';

const ada: Principal = { user: 'ada', roles: [], tenant: 'main' };

/** A sink that takes what it is told to take. */
export interface ScriptedSink extends Sink {
  /** every attempt, whether it was taken or not */
  readonly attempts: SinkBatch[];
  /** what the next attempts get, in turn; then `delivered` */
  readonly script: (SinkAnswer | 'refused' | 'silence')[];
}

export function scriptedSink(): ScriptedSink {
  const attempts: SinkBatch[] = [];
  const script: ScriptedSink['script'] = [];
  return {
    kind: 'webhook',
    target: 'http://receiver.test',
    attempts,
    script,
    deliver(batch, signal) {
      attempts.push(batch);
      const answer = script.shift() ?? 'delivered';
      if (answer === 'refused') return Promise.reject(new TestudoError('UNAVAILABLE', 'the receiver refuses'));
      if (answer !== 'silence') return Promise.resolve(answer);
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    },
  };
}

/** An authority over a store, in virtual time, to which sinks are attached. */
export interface SinkWorld {
  readonly authority: Authority;
  readonly platform: VirtualPlatform;
  readonly records: Datasource;
  create(id: string): Promise<void>;
  update(id: string, n: number): Promise<void>;
  /** A driver of one sink, as after a start; `changes` are its options. */
  attach(to: Sink, filter?: Partial<SinkFilter>, changes?: Partial<SinkDriverOptions>): SinkDriver;
}

/** @param life of the authority; default: the database's only one */
export async function sinkWorld(records: Datasource = memoryRecords(), epoch = 'e1', life = epoch): Promise<SinkWorld> {
  const platform = virtualPlatform();
  await records.commit([{ collection: 'meta', key: 'epoch', value: epoch }]);
  const authority = await openPlainAuthority(records, { epoch, life, now: () => platform.now() });
  const submit = async (changes: Partial<OpDraft>, n: number): Promise<void> => {
    await authority.submit(
      draftOp({ ...changes, modelName: 'thing', patch: { set: { n }, unset: [], base: {} } }),
      ada,
    );
    await settled();
  };
  return {
    authority,
    platform,
    records,
    create: (id) => submit({ kind: 'create', id }, 0),
    update: (id, n) => submit({ kind: 'update', id }, n),
    attach: (to, { events = ['*'], from = 'start' } = {}, changes = {}) =>
      new SinkDriver({
        ...{ datasource: records, sink: 'audit', partition: 'main/thing', to, filter: { events, from }, platform },
        registry: { namesOf: ({ kind }) => [`thing${kind === 'create' ? 'Created' : 'Updated'}`] },
        present: async (_modelName, states) => states,
        source: {
          modelName: 'thing',
          get seq() {
            return authority.seq;
          },
          log: (since, limit) => readLog(records, 'main/thing', { since, limit, seq: authority.seq }),
          onAccepted: (listener) => authority.onAccepted(() => listener()),
        },
        ...changes,
      }),
  };
}

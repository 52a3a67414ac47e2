import { join } from 'node:path';

import { SinkDriver } from '@testudo/fabric/host/sinks/sink-driver';
import type { Sink } from '@testudo/fabric/host/sinks/sink-api';
import { readLog } from '@testudo/fabric/sync/read-log';
import { openPlainAuthority } from '@testudo/fabric/testing/plain-authority';

import { nodePlatform } from '../node-platform.ts';
import { fileSink } from '../sinks/file-sink.ts';
import { webhookSink } from '../sinks/webhook-sink.ts';
import { sqliteDatasource } from '../sqlite-datasource.ts';

/**
 * Creates things one after the other over a SQLite file, forwards each to a webhook and to a file, and says each that is
 * durable, until somebody kills this process. With a limit it ends by itself, once all of them are delivered.
 */
const [directory = '', url = '', limit = 'Infinity'] = process.argv.slice(2);
const platform = nodePlatform(() => undefined);
const datasource = sqliteDatasource({ path: join(directory, 'server.db') });
const partition = 'main/thing';
await datasource.commit([{ collection: 'meta', key: 'epoch', value: 'e1' }]);
const authority = await openPlainAuthority(datasource, { now: () => platform.now() });
const forward = (sink: string, to: Sink): SinkDriver =>
  new SinkDriver({
    ...{ datasource, sink, partition, to, platform, filter: { events: ['*'], from: 'start' } },
    registry: { namesOf: () => ['thingCreated'] },
    present: async (_modelName, states) => states,
    source: {
      modelName: 'thing',
      get seq() {
        return authority.seq;
      },
      log: (since, limit) => readLog(datasource, partition, { since, limit, seq: authority.seq }),
      onAccepted: (listener) => authority.onAccepted(() => listener()),
    },
  });
const secret = 'a secret of tests';
const drivers = [
  forward('hook', webhookSink({ url, secret, mayBePrivate: () => false, now: () => platform.now() })),
  forward('audit', fileSink({ path: join(directory, 'audit.jsonl') })),
];

const ada = { user: 'ada', roles: [], tenant: 'main' };
const create = { kind: 'create', modelName: 'thing', command: null, input: null, step: null, requestId: '' } as const;
const last = limit === 'Infinity' ? Infinity : authority.seq + Number(limit);
while (authority.seq < last) {
  const id = `thing-${authority.seq + 1}`;
  const patch = { set: { id }, unset: [], base: {} };
  await authority.submit({ ...create, id, patch, schemaVersion: 1, baseVersion: 0, atMs: 0 }, ada);
  process.stdout.write(`${authority.seq}\n`);
  await new Promise((resolve) => setImmediate(resolve));
}
const isBehind = (): boolean => drivers.some((driver) => driver.standing().behind > 0);
while (isBehind()) await new Promise((resolve) => setImmediate(resolve));
await Promise.all(drivers.map((driver) => driver.close()));
await datasource.close();

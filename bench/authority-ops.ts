import { join } from 'node:path';

import type { RunningHost } from '@testudo/fabric/host/host-options';
import { memoryDatasource } from '@testudo/fabric/store/memory-datasource';

import { sqliteDatasource } from '../server-bridge/sqlite-datasource.ts';
import { inDirectory, openBareSqlite } from './bare-sqlite.ts';
import { fakeRealmHost } from './fake-realm-host.ts';
import { inFlight, measure, perSecond } from './measure.ts';
import type { Group, Peer, Row } from './measure.ts';
import { fieldsOf } from './objects.ts';

const OPS = 500;
const CLIENTS = 64;
const ada = { user: 'ada', roles: [], tenant: 'main' };

/** A user's writes as a door hands them in: access, decision at the origin, the authority's judgement, one commit. */
function writes(host: RunningHost, clients: number): Promise<number> {
  let count = 0;
  const write = (): Promise<unknown> =>
    host.write({ modelName: 'item', kind: 'create', input: fieldsOf(count++) }, ada);
  return perSecond(OPS, () => inFlight(OPS, clients, write));
}

function rowsOf(host: RunningHost, kept: string, peers: readonly Peer[]): Promise<readonly Row[]> {
  const unit = 'ops/s';
  return measure({ name: `authority ops, ${kept}, 64 clients`, unit, ours: () => writes(host, CLIENTS), peers });
}

async function inMemory(): Promise<readonly Row[]> {
  const host = await fakeRealmHost(memoryDatasource());
  const alone = await measure({
    name: 'authority ops, memory, one client',
    unit: 'ops/s',
    ours: () => writes(host, 1),
    peers: [],
  });
  const rows = await rowsOf(host, 'memory', []);
  await host.close();
  return [...alone, ...rows];
}

/** The same object written by bare SQLite: without an op, a log, a judgement or a mark. */
async function inSqlite(directory: string): Promise<readonly Row[]> {
  const datasource = sqliteDatasource({ path: join(directory, 'ours.db') });
  const host = await fakeRealmHost(datasource);
  const bare = openBareSqlite(join(directory, 'bare.db'));
  let count = 0;
  const put = (): void => {
    count += 1;
    bare.commit([{ collection: 'objects', key: `o${count}`, value: fieldsOf(count) }]);
  };
  const round = (): Promise<number> => perSecond(OPS, () => inFlight(OPS, CLIENTS, async () => put()));
  const rows = await rowsOf(host, 'SQLite', [{ name: 'bare node:sqlite, the object alone', round, limit: null }]);
  await host.close();
  await datasource.close();
  bare.close();
  return rows;
}

/** Ops that a whole host in the authority's role takes in, with a realm that has no thread. */
export const authorityOps: Group = {
  name: 'authority ops',
  run: async () => [...(await inMemory()), ...(await inDirectory(inSqlite))],
};

import { join } from 'node:path';

import { sqliteDatasource } from '../server-bridge/sqlite-datasource.ts';
import { inDirectory, openBareSqlite } from './bare-sqlite.ts';
import type { BareWrite } from './bare-sqlite.ts';
import { inFlight, measure, perSecond } from './measure.ts';
import type { Group, Row } from './measure.ts';
import { fieldsOf } from './objects.ts';

const LIMIT = 0.7;
const COMMITS = 200;

/** One object, its log entry and its writer's mark, each time another one. */
function commitSource(): () => readonly BareWrite[] {
  let count = 0;
  return () => {
    count += 1;
    const state = { id: `o${count}`, version: 1, seq: count, fields: fieldsOf(count) };
    return [
      { collection: 'objects/main/order', key: state.id, value: state },
      {
        collection: 'log/main/order',
        key: String(count).padStart(16, '0'),
        value: { seq: count, opId: `b:${count}`, state },
      },
      { collection: 'marks/main/order', key: 'browser-1', value: count },
    ];
  };
}

async function compare(directory: string): Promise<readonly Row[]> {
  const datasource = sqliteDatasource({ path: join(directory, 'ours.db') });
  const bare = openBareSqlite(join(directory, 'bare.db'));
  const next = commitSource();
  const contest = (clients: number, name: string): Promise<readonly Row[]> =>
    measure({
      name: `server commits, ${name}`,
      unit: 'commits/s',
      ours: () => perSecond(COMMITS, () => inFlight(COMMITS, clients, () => datasource.commit(next()))),
      peers: [
        {
          name: 'bare node:sqlite, a transaction each',
          round: () => perSecond(COMMITS, () => inFlight(COMMITS, clients, async () => bare.commit(next()))),
          limit: LIMIT,
        },
      ],
    });
  const rows = [...(await contest(1, 'one client')), ...(await contest(64, '64 clients'))];
  await datasource.close();
  bare.close();
  return rows;
}

/** Durable commits of the server's datasource: object, log entry and mark in one transaction. */
export const serverCommits: Group = { name: 'server commits', run: () => inDirectory(compare) };

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import type { Principal } from '@testudo/fabric/access/principal';
import type { Authority } from '@testudo/fabric/sync/sync-api';
import { draftOp } from '@testudo/fabric/testing/sim/draft-op';
import { openPlainAuthority } from '@testudo/fabric/testing/plain-authority';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { sqliteDatasource } from './sqlite-datasource.ts';

const ada: Principal = { user: 'ada', roles: [], tenant: 'main' };
const partition = 'main/thing';
const ids = ['a', 'b', 'c'];

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'testudo-damaged-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Opens the database anew, hands its authority over, and closes it. @returns what was told of damage */
async function run<T>(work: (authority: Authority) => Promise<T>) {
  const datasource = sqliteDatasource({ path: join(directory, 'server.db') });
  const told: unknown[] = [];
  const authority = await openPlainAuthority(datasource, { onError: (error) => void told.push(error) });
  const result = await work(authority);
  const kept = await datasource.range(`damaged/${partition}`);
  await datasource.close();
  return { result, told, kept: kept.map(({ key }) => key) };
}

const create = (id: string) =>
  draftOp({ id, kind: 'create', patch: { set: { v: id }, unset: [], base: {} }, requestId: `ada:${id}` });

/** Turns one bit over in every record of a collection, each in another place. @returns how many */
function flipBits(collection: string): number {
  const database = new DatabaseSync(join(directory, 'server.db'));
  const rows = database.prepare('SELECT key, CAST(value AS BLOB) AS bytes FROM records WHERE collection = ?');
  const update = database.prepare('UPDATE records SET value = CAST(? AS TEXT) WHERE collection = ? AND key = ?');
  const found = rows.all(`${collection}/${partition}`);
  for (const [at, { key, bytes }] of found.entries()) {
    const flipped = Uint8Array.from(bytes as Uint8Array);
    const place = (at * 37 + 11) % flipped.length;
    flipped[place] = (flipped[place] as number) ^ (1 << (at % 8));
    update.run(flipped, `${collection}/${partition}`, key as string);
  }
  database.close();
  return found.length;
}

const list = async (authority: Pick<Authority, 'list'>) => authority.list().map(({ id, fields }) => ({ id, fields }));
const whole = ids.map((id) => ({ id, fields: { v: id } }));

/** What a repeated request is answered while its former outcome cannot be read; it is made no second time. */
const codeOf = (error: unknown) => (error as { readonly code: string }).code;

test.each([
  ['objects', { again: 2, told: 1, kept: 3 }],
  ['log', { again: 'CORRUPT', told: 1, kept: 0 }],
  ['ops', { again: 'CORRUPT', told: 0, kept: 0 }],
  ['marks', { again: 2, told: 1, kept: 1 }],
  ['requests', { again: 2, told: 1, kept: 0 }],
] as const)(
  'a database with a flipped bit in each record of %s - shows every object as it was, makes nothing twice and goes on',
  async (collection, expected) => {
    await run(async (authority) => {
      for (const id of ids) await authority.submit(create(id), ada);
    });
    expect(flipBits(collection)).toBeGreaterThan(0);
    const { result, told, kept } = await run(async (authority) => {
      const before = await list(authority);
      const page = await authority.pull({ since: 'e1:0:all', limit: 10 }, ada);
      const again = await authority.submit(create('b'), ada).then(({ state }) => state.seq, codeOf);
      const next = await authority.submit(create('d'), ada);
      return { before, fed: page.entries.map(({ state }) => state.id), again, next: next.state.seq };
    });
    expect(result).toEqual({ before: whole, fed: ids, again: expected.again, next: 4 });
    expect(told).toHaveLength(expected.told);
    for (const error of told) expect(error).toMatchObject({ code: 'CORRUPT', data: { modelName: 'thing' } });
    expect(kept).toHaveLength(expected.kept);
    for (const key of kept) expect(key).toContain(`${collection}/${partition} `);
    const { result: after } = await run(list);
    expect(after).toEqual([...whole, { id: 'd', fields: { v: 'd' } }]);
  },
);

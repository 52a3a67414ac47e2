import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { expect, onTestFinished, test, vi } from 'vitest';
import { sqliteDatasource } from './sqlite-datasource.ts';

const run = promisify(execFile);
function freshPath(): string {
  const directory = mkdtempSync(join(tmpdir(), 'testudo-sqlite-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return join(directory, 'objects.db');
}

test('a second process that opens the same file is told that it is taken', async () => {
  const path = freshPath();
  const datasource = sqliteDatasource({ path });
  await datasource.commit([{ collection: 'c', key: 'k', value: 1 }]);
  const module = join(import.meta.dirname, 'sqlite-datasource.ts');
  const program = `import { sqliteDatasource } from ${JSON.stringify(module)};
    try { sqliteDatasource({ path: ${JSON.stringify(path)}, lockTimeoutMs: 50 }); console.log('opened'); } catch (error) { console.log(error.code, error.message); }`;
  const { stdout } = await run(process.execPath, ['--input-type=module-typescript', '-e', program]);
  expect(stdout).toMatch(/^UNAVAILABLE .*another process has it open/);
  await datasource.close();
  const again = sqliteDatasource({ path });
  expect(await again.get('c', 'k')).toBe(1);
  await again.close();
});

test('a file that is no database is refused as CORRUPT and left as it is', () => {
  const path = freshPath();
  const content = 'this is not a database, and it is long enough to be read as a header'.repeat(20);
  writeFileSync(path, content);
  expect(() => sqliteDatasource({ path })).toThrow(expect.objectContaining({ code: 'CORRUPT' }));
  expect(readFileSync(path, 'utf8')).toBe(content);
});

test('a damaged page is told as CORRUPT by whoever reads it, and not mended by guessing', async () => {
  const path = freshPath();
  const first = sqliteDatasource({ path });
  const writes = Array.from({ length: 200 }, (_, n) => ({ collection: 'c', key: `k${n}`, value: 'x'.repeat(500) }));
  await first.commit(writes);
  await first.close();
  const bytes = readFileSync(path);
  bytes.fill(0xff, 2 * 4096, 12 * 4096);
  writeFileSync(path, bytes);
  const second = sqliteDatasource({ path });
  await expect(second.range('c')).rejects.toMatchObject({
    code: 'CORRUPT',
    message: expect.stringContaining('backup'),
  });
  await second.close();
  expect(readFileSync(path).equals(bytes)).toBe(true);
});

test('a database of a newer schema is refused with words, and keeps what is in it', async () => {
  const path = freshPath();
  const datasource = sqliteDatasource({ path });
  await datasource.commit([{ collection: 'c', key: 'k', value: 1 }]);
  await datasource.close();
  const newer = new DatabaseSync(path);
  newer.exec('PRAGMA user_version = 2');
  newer.close();
  expect(() => sqliteDatasource({ path })).toThrow(
    expect.objectContaining({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/schema 2, this program knows 1/),
    }),
  );
  const kept = new DatabaseSync(path);
  expect(kept.prepare('SELECT count(*) AS n FROM records').get()?.['n']).toBe(1);
  expect(kept.prepare('PRAGMA user_version').get()?.['user_version']).toBe(2);
  kept.close();
});

test('a full disk is UNAVAILABLE without the path, nothing is half-written, and space makes it go on', async () => {
  const path = freshPath();
  // Stands for the disk: what a limit on pages answers is the error of a full one (SQLITE_FULL).
  const prepare = vi.spyOn(DatabaseSync.prototype, 'prepare');
  const datasource = sqliteDatasource({ path });
  const database = prepare.mock.contexts[0] as DatabaseSync;
  prepare.mockRestore();
  await datasource.commit([{ collection: 'c', key: 'before', value: 1 }]);
  const limit = database.prepare('PRAGMA max_page_count = 1').get();
  expect(limit).toBeDefined();
  const large = { collection: 'c', key: 'large', value: 'x'.repeat(100_000) };
  const refusal = datasource.commit([{ collection: 'c', key: 'small', value: 1 }, large]);
  await expect(refusal).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringMatching(/full.*free some space/),
  });
  await expect(refusal).rejects.not.toMatchObject({ message: expect.stringContaining(path) });
  expect((await datasource.range('c')).map(({ key }) => key)).toEqual(['before']);
  database.exec('PRAGMA max_page_count = 100000');
  await datasource.commit([large]);
  expect((await datasource.range('c')).map(({ key }) => key)).toEqual(['before', 'large']);
  await datasource.close();
});

test("the database and its logs are their owner's alone", async () => {
  const path = freshPath();
  const datasource = sqliteDatasource({ path });
  await datasource.commit([{ collection: 'c', key: 'k', value: 1 }]);
  expect([path, `${path}-wal`].map((file) => statSync(file).mode & 0o777)).toEqual([0o600, 0o600]);
  await datasource.close();
});

/** The connection that a datasource opens, which it keeps to itself. */
function opened(path: string): {
  readonly datasource: ReturnType<typeof sqliteDatasource>;
  readonly database: DatabaseSync;
} {
  const exec = vi.spyOn(DatabaseSync.prototype, 'exec');
  onTestFinished(() => exec.mockRestore());
  const datasource = sqliteDatasource({ path });
  const [database] = exec.mock.contexts;
  onTestFinished(() => datasource.close());
  return { datasource, database: database as DatabaseSync };
}

test('a commit is on the disk before it is acknowledged: the log is synchronised at each', () => {
  const { database } = opened(freshPath());
  expect(database.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
  expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
});

test('a commit that fails half-way leaves nothing of itself, and the next one is taken', async () => {
  const { datasource, database } = opened(freshPath());
  const write = (key: string): { collection: string; key: string; value: number } => ({
    collection: 'c',
    key,
    value: 1,
  });
  database.exec(`CREATE TEMP TRIGGER bad BEFORE INSERT ON records WHEN NEW.key LIKE '%bad%'
    BEGIN SELECT RAISE(FAIL, 'no room'); END`);
  await expect(datasource.commit([write('first'), write('bad')])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(await datasource.get('c', 'first')).toBeUndefined();
  await datasource.commit([write('next')]);
  expect((await datasource.range('c')).map(({ key }) => key)).toEqual(['next']);
});

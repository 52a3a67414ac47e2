import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
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

test('a file that is no database is refused as UNAVAILABLE', () => {
  const path = freshPath();
  writeFileSync(path, 'this is not a database, and it is long enough to be read as a header'.repeat(20));
  expect(() => sqliteDatasource({ path })).toThrow(expect.objectContaining({ code: 'UNAVAILABLE' }));
});

test("the database and its logs are their owner's alone", async () => {
  const path = freshPath();
  const datasource = sqliteDatasource({ path });
  await datasource.commit([{ collection: 'c', key: 'k', value: 1 }]);
  expect([path, `${path}-wal`].map((file) => statSync(file).mode & 0o777)).toEqual([0o600, 0o600]);
  await datasource.close();
});

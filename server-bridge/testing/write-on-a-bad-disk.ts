/** Writes to a store while every file of this process may grow to 6,000 bytes only, and tells what came of it. */
import { execFileSync } from 'node:child_process';

import { toWire } from '@testudo/fabric/error';

import { fileDatasource } from '../file-datasource.ts';
import { sqliteDatasource } from '../sqlite-datasource.ts';

const [kind, directory = ''] = process.argv.slice(2);
const open = () =>
  kind === 'file' ? fileDatasource({ directory, journalBytes: 3000 }) : sqliteDatasource({ path: `${directory}/db` });
const limit = (size: string): void => void execFileSync('prlimit', ['--pid', `${process.pid}`, `--fsize=${size}:`]);

const datasource = await open();
const acknowledged: string[] = [];
const refusals: unknown[] = [];
const commit = async (key: string): Promise<void> => {
  const writes = ['c', 'd'].map((collection) => ({ collection, key, value: 'x'.repeat(key.length * 700) }));
  try {
    await datasource.commit(writes);
    acknowledged.push(key);
  } catch (error) {
    refusals.push(toWire(error));
  }
};
const keys = async (collection: string) => (await datasource.range(collection)).map(({ key }) => key);

await commit('a');
limit('6000');
for (const key of ['b', 'bb', 'cccc', 'dddddddd', 'e']) await commit(key);
const during = { c: await keys('c'), d: await keys('d') };
const acknowledgedThen = [...acknowledged];
limit('unlimited');
await commit('mended');
await datasource.close();
const again = await open();
const after = (await again.range('c')).map(({ key }) => key);
await again.close();
process.stdout.write(JSON.stringify({ acknowledgedThen, acknowledged, refusals, during, after }));

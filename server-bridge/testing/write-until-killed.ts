import { fileDatasource } from '../file-datasource.ts';

/** Commits numbers one after the other, and says each that is durable, until somebody kills this process. */
const [directory = '', start = '0'] = process.argv.slice(2);
const datasource = await fileDatasource({ directory, journalBytes: 2000 });
for (let n = Number(start); ; n += 1) {
  await datasource.commit([
    { collection: 'numbers', key: String(n), value: n },
    { collection: 'counter', key: 'last', value: n },
    { collection: 'numbers', key: String(n - 50), value: undefined },
  ]);
  process.stdout.write(`${n}\n`);
}

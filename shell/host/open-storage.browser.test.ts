import { openDB } from 'idb';
import { expect, test } from 'vitest';

import { browserPlatform } from '../browser-platform.ts';
import { openObjects } from './open-storage.ts';
import { storageTroubles } from './storage-troubles.ts';

test('a database whose host’s name is damaged is used as ever: its host goes by another name', async () => {
  const name = crypto.randomUUID();
  const open = () =>
    openObjects({
      name,
      platform: browserPlatform(() => undefined),
      troubles: storageTroubles(() => undefined),
      onLost: () => undefined,
    });
  const first = await open();
  await first.datasource.commit([{ collection: 'c', key: 'k', value: 'not sent yet' }]);
  await first.datasource.close();
  const database = await openDB(name);
  const record: { text: string } = await database.get('records', ['browser-host', 'node']);
  await database.put('records', { ...record, text: record.text.replace('browser', 'bruwser') });
  database.close();
  const again = await open();
  expect(await again.datasource.get('c', 'k')).toBe('not sent yet');
  expect(again.node).not.toBe(first.node);
  await again.datasource.close();
  const third = await open();
  expect([third.datasource.kind, third.node]).toEqual(['indexeddb', again.node]);
  await third.datasource.close();
});

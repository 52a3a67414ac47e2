import type { Principal } from '@testudo/fabric/access/principal';
import { expect, test } from 'vitest';

import { answerTabs } from './answer-tabs.ts';
import type { BrowserHost } from './browser-host.ts';

const ada: Principal = { user: 'ada', roles: [], tenant: 'main' };

/** The answers of a host with the models `order` and, internally, `ledger`; it notes what it is asked. */
function answers() {
  const asked: unknown[] = [];
  const note = async (...args: unknown[]): Promise<never> => (asked.push(args), null as never);
  const models = () => [{ modelName: 'order' }, { modelName: 'ledger', internal: true }];
  const host = { models, write: note, call: note, find: note, list: note, count: note };
  return { asked, service: answerTabs('h1', ada, Promise.resolve({ host } as unknown as BrowserHost)) };
}

const input = null;
test.each([
  ['write', (name: string) => [{ modelName: name, kind: 'update', id: 'a', input }]],
  ['call', (name: string) => [{ modelName: name, id: 'a', port: 'weigh', args: [] }]],
  ['find', (name: string) => [name, 'a']],
  ['list', (name: string) => [name, {}]],
  ['count', (name: string) => [name, {}]],
] as const)('tabs - %s asks the host as the page’s user, of no internal model', async (method, argsOf) => {
  const { asked, service } = answers();
  const ask = service[method] as (...args: unknown[]) => Promise<unknown>;
  expect(await ask(...argsOf('ledger'))).toMatchObject({ ok: false, error: { code: 'NOT_FOUND' } });
  expect(asked).toEqual([]);
  expect(await ask(...argsOf('order'))).toEqual({ ok: true, value: null });
  expect(asked).toEqual([[...argsOf('order'), ada]]);
});

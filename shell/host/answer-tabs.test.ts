import type { Principal } from '@testudo/fabric/access/principal';
import { TestudoError } from '@testudo/fabric/error';
import type { PlainRecord } from '@testudo/fabric/plain';
import { expect, test } from 'vitest';

import { answerTabs } from './answer-tabs.ts';
import type { BrowserHost } from './browser-host.ts';

const ada: Principal = { user: 'ada', roles: [], tenant: 'main' };

/** The answers of a host with the models `order` and, internally, `ledger`; it notes what it is asked. */
function answers() {
  const asked: unknown[] = [];
  const note =
    (outcome: unknown) =>
    async (...args: unknown[]): Promise<unknown> => (asked.push(args), outcome);
  const present = async (modelName: string, states: readonly string[]) =>
    states.map((state) => `${modelName} ${state}`);
  const models = () => [{ modelName: 'order' }, { modelName: 'ledger', internal: true }];
  const written = { state: 's', opId: 'o' };
  const host = {
    ...{ models, present, write: note(written), call: note(written), find: note('s') },
    ...{ synced: note('s'), list: note({ objects: ['s', 't'] }), count: note(2) },
  };
  return { asked, service: answerTabs('h1', ada, Promise.resolve({ host } as unknown as BrowserHost)) };
}

const input = null;
test.each([
  ['write', (name: string) => [{ modelName: name, kind: 'update', id: 'a', input }], { state: 'order s', opId: 'o' }],
  ['call', (name: string) => [{ modelName: name, id: 'a', port: 'weigh', args: [] }], { state: 'order s', opId: 'o' }],
  ['find', (name: string) => [name, 'a'], 'order s'],
  ['list', (name: string) => [name, {}], { objects: ['order s', 'order t'] }],
  ['count', (name: string) => [name, {}], 2],
] as const)(
  'tabs - %s asks the host as the page’s user, of no internal model, and shows what leaves',
  async (method, argsOf, value) => {
    const { asked, service } = answers();
    const ask = service[method] as (...args: unknown[]) => Promise<unknown>;
    expect(await ask(...argsOf('ledger'))).toMatchObject({ ok: false, error: { code: 'NOT_FOUND' } });
    expect(asked).toEqual([]);
    expect(await ask(...argsOf('order'))).toEqual({ ok: true, value });
    expect(asked).toEqual([[...argsOf('order'), ada]]);
  },
);

test('tabs - what an op has come to is shown as it leaves, of no internal model', async () => {
  const { asked, service } = answers();
  expect(await service.synced('ledger', 'o')).toMatchObject({ ok: false, error: { code: 'NOT_FOUND' } });
  expect(await service.synced('order', 'o')).toEqual({ ok: true, value: 'order s' });
  expect(asked).toEqual([['order', 'o']]);
});

test('tabs - what is done is told to be done, where its model cannot be asked for what it looks like', async () => {
  const outcome = { state: { id: 'a', fields: { n: 1 } }, opId: 'o' };
  const away = async (): Promise<never> => Promise.reject(new TestudoError('REALM_LOST', 'the realm is not there'));
  const give = async (): Promise<unknown> => outcome;
  const host = {
    models: () => [],
    present: away,
    write: give,
    synced: async () => outcome.state,
    find: async () => outcome.state,
  };
  const service = answerTabs('h1', ada, Promise.resolve({ host } as unknown as BrowserHost));
  const state = { id: 'a', fields: {} };
  const write = { modelName: 'order', kind: 'update', id: 'a', input } as const;
  expect(await service.write(write)).toEqual({ ok: true, value: { state, opId: 'o' } });
  expect(await service.synced('order', 'o')).toEqual({ ok: true, value: state });
  expect(await service.find('order', 'a')).toMatchObject({ ok: false, error: { code: 'REALM_LOST' } });
});

test('tabs - changes are told as over REST: to who may read the object, without what serializers leave out', async () => {
  const changes = { note: { from: 'a', to: 'b' }, secret: { to: 'x' } };
  const page = { entries: [{ version: 2, changes, conflicts: ['secret'] }], next: 2 };
  const models = () => [{ modelName: 'order' }, { modelName: 'parcel', serializes: true }];
  const asked: unknown[] = [];
  const host = {
    models,
    async find(modelName: string, id: string, { user }: Principal) {
      if (id !== 'hers') throw new TestudoError('NOT_FOUND', `${user} sees no ${modelName} ${id}`);
      return { id };
    },
    history: async (...args: unknown[]) => (asked.push(args), page),
    present: async (_modelName: string, states: readonly { readonly fields: PlainRecord }[]) =>
      states.map(({ fields: { secret: _secret, ...fields } }) => ({ fields })),
  };
  const { history } = answerTabs('h1', ada, Promise.resolve({ host } as unknown as BrowserHost));
  expect(await history({ modelName: 'order', id: 'his' })).toMatchObject({ error: { code: 'NOT_FOUND' } });
  expect(asked).toEqual([]);
  const request = { modelName: 'order', id: 'hers', limit: 1, before: 3 };
  expect(await history(request)).toEqual({ ok: true, value: page });
  expect(asked).toEqual([[request, ada]]);
  const shown = { entries: [{ version: 2, changes: { note: changes.note }, conflicts: [] }], next: 2 };
  expect(await history({ modelName: 'parcel', id: 'hers' })).toEqual({ ok: true, value: shown });
});

test('tabs - a report has the troubles of the host and of this browser, each place once', async () => {
  const trouble = (place: string, message: string) => ({ place, code: 'CORRUPT', message }) as const;
  const inspect = async () => ({ troubles: [trouble('damaged-order', 'short'), trouble('copies-order', 'a copy')] });
  const troubles = () => [trouble('damaged-order', 'long'), trouble('memory', 'nothing is kept')];
  const { report } = answerTabs('h1', ada, Promise.resolve({ host: { inspect }, troubles } as unknown as BrowserHost));
  expect(await report()).toMatchObject({
    ok: true,
    value: {
      troubles: [
        trouble('damaged-order', 'long'),
        trouble('copies-order', 'a copy'),
        trouble('memory', 'nothing is kept'),
      ],
    },
  });
});

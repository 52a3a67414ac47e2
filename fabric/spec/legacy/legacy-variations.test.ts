import { expect, test } from 'vitest';

import type { Principal } from '../../access/principal.ts';
import { modelWorld, type Adapters } from '../../testing/model-world.ts';
import { objectWorld } from '../../testing/object-world.ts';
import { settled } from '../../testing/virtual-platform.ts';
import type { ModelSpec } from '../model-spec.ts';
import { normalise } from './normalise.ts';
import type { Loose } from './parcel.fixture.ts';

/*
 * Specifications of the older shape as others have written them, each odd in its own way: a sample of what exists
 * outside this repository.
 */

const ada: Principal = { user: 'ada', roles: ['clerk'], tenant: 'main' };
const asIs = () => (input: Loose) => ({ ...input });

/** A server over one of them, under the name of its export. */
async function older(exportName: string, given: Loose, adapters: Loose = {}) {
  const normalised = normalise(given, exportName);
  if (normalised === null) throw new Error(`${exportName} is not taken for older`);
  const { spec, warning } = normalised;
  const { server } = await modelWorld(spec as unknown as ModelSpec, adapters as Adapters);
  const { modelName } = spec;
  const write = async (kind: string, part: Loose) => {
    const { state } = await server.write({ modelName, kind, ...part } as never, ada);
    return { ...state, fields: state.fields as Loose };
  };
  return {
    spec,
    warning,
    create: (input: Loose) => write('create', { input }),
    update: (id: string, input: Loose) => write('update', { id, input }),
    remove: (id: string) => write('delete', { id, input: null }),
    command: (id: string, command: string, input: Loose = null) => write('command', { id, command, input }),
    call: async (id: string, port: string, ...args: Loose[]) =>
      (await server.call({ modelName, id, port, args }, ada)).state.fields,
    find: (id: string) => server.find(modelName, id, ada),
  };
}

test('everything in capitals, no ports, a factory that waits, a getter, methods that call each other', async () => {
  const invoice = await older('INVOICE', {
    modelName: 'INVOICE',
    endpoint: '/Invoices/',
    ports: {},
    domain: 'Billing Dept',
    dependencies: { number: () => 'I-1' },
    factory: (given: Loose) =>
      async function makeInvoice({ lines = [], customer = null }: Loose) {
        return {
          ...{ lines, customer, no: given.number() },
          get count() {
            return lines.length;
          },
          add(this: Loose, line: Loose) {
            return this.update({ lines: this.lines.concat(line) });
          },
          async addTwice(this: Loose, line: Loose) {
            return (await this.add(line)).add(line);
          },
        };
      },
    commands: { add: 'add', addTwice: { command: 'addTwice', acl: 'write' } },
  });
  expect(invoice.spec).toMatchObject({ modelName: 'invoice', endpoint: 'invoices', domain: 'invoice' });
  const { id, fields } = await invoice.create({ customer: 'c1' });
  expect(fields).toEqual({ lines: [], customer: 'c1', no: 'I-1', count: 0 });
  expect((await invoice.command(id, 'add', { cents: 5 })).fields.lines).toEqual([{ cents: 5 }]);
  expect((await invoice.command(id, 'addTwice', { cents: 7 })).fields.lines).toHaveLength(3);
});

test('an endpoint of several words is one segment; addresses below it follow, in any case and without a slash', async () => {
  const get = () => 1;
  const line = await older('Line', {
    modelName: 'LINE',
    endpoint: 'Order_Lines',
    factory: asIs,
    ports: { check: { type: 'inbound', service: 'S', methods: ['put'], path: '/ORDER-LINES/:id/check' } },
    routes: [
      { path: '/Order-Lines/all', get },
      { path: 'order-lines/:id/one', get, post: get },
      { path: '/other', get },
    ],
  });
  expect(line.spec).toMatchObject({
    endpoint: 'order-lines',
    routes: [{ path: '/order-lines/all' }, { path: '/order-lines/:id/one' }],
    ports: { check: { path: '/order-lines/:id/check' } },
  });
  expect(line.warning).toMatch(/its endpoint is order-lines.*dropped: routes\.2$/);
});

test('a factory that makes instances of a class: its methods are those of the objects', async () => {
  class Ticket {
    constructor(input: Loose) {
      Object.assign(this, { title: input.title, opened: undefined });
    }
    shout(this: Loose) {
      return this.update({ title: this.title.toUpperCase() });
    }
  }
  class Urgent extends Ticket {}
  const ticket = await older('Ticket', {
    endpoint: 'tickets',
    factory: () => (input: Loose) => new Urgent(input),
    commands: { shout: 'shout' },
  });
  const { id, fields } = await ticket.create({ title: 'a' });
  expect(fields).toEqual({ title: 'a' });
  expect((await ticket.command(id, 'shout')).fields).toEqual({ title: 'A' });
});

test('a factory that gives methods to some objects only: whoever was made in between', async () => {
  const wrap = (gift: Loose) => gift.update({ isWrapped: true });
  const gift = await older('Gift', {
    factory: () => (input: Loose) =>
      input.isGift
        ? {
            ...input,
            wrap() {
              return wrap(this);
            },
          }
        : { ...input },
    commands: { wrap: 'wrap' },
  });
  const { id } = await gift.create({ isGift: true });
  await gift.create({ isGift: false });
  expect((await gift.command(id, 'wrap')).fields).toEqual({ isGift: true, isWrapped: true });
});

test('a field that is given the name of a method is the field from then on', async () => {
  const tag = await older('Tag', {
    factory: () => (input: Loose) => ({
      ...input,
      label(this: Loose) {
        return `no. ${this.no}`;
      },
    }),
    validate: (former: Loose, changes: Loose, _mask: number) => ({ ...former, ...changes }),
    commands: { fix: (object: Loose) => object.update({ label: object.label() }) },
  });
  const { id } = await tag.create({ no: 1 });
  expect((await tag.command(id, 'fix')).fields).toEqual({ no: 1, label: 'no. 1' });
  expect((await tag.update(id, { no: 2 })).fields).toEqual({ no: 2, label: 'no. 1' });
});

test('rights in one text, types in any case, a list of the newer grammar; what is none is told', async () => {
  const note = await older('Note', {
    factory: asIs,
    accessControlList: {
      clerk: { allow: 'read, write', type: 'ROLE' },
      owner: { allow: ['*'], type: 'relation' },
      sam: { allow: ['read'], type: 'User' },
      create: ['anyone'],
      admin: 'all',
    },
  });
  expect(note.spec.accessControlList).toEqual({
    read: ['role:clerk', 'owner', 'user:sam'],
    write: ['role:clerk', 'owner'],
    create: ['owner', 'anyone'],
    delete: ['owner'],
  });
  expect(note.warning).toContain('dropped: accessControlList.admin');
  await expect(note.create({ a: 1 })).resolves.toMatchObject({ fields: { a: 1 } });
});

test('a port undone by the name of a method, keys in a list, retries, a type in capitals, a timeout that is none', async () => {
  const unpack = (crate: Loose) => crate.update({ isPacked: false });
  const refuse = () => Promise.reject(Object.assign(new Error('no crane'), { retryable: false }));
  const crate = await older(
    'Crate',
    {
      factory: () => (input: Loose) => ({
        ...input,
        unpack(this: Loose) {
          return unpack(this);
        },
      }),
      ports: {
        pack: {
          service: 'Hands',
          type: 'OUTBOUND',
          consumesEvent: 'createCrate',
          producesEvent: 'CRATEPACKED',
          keys: ['isPacked', 'by'],
          retries: 1,
          timeout: '3000',
          undo: 'unpack',
        },
        load: { service: 'Crane', consumesEvent: 'CRATEPACKED', maxRetry: 0 },
      },
    },
    { pack: () => ({ isPacked: true, by: 'hand', x: 1 }), load: refuse },
  );
  expect(crate.warning).toContain('dropped: ports.pack.timeout');
  const { id } = await crate.create({});
  await settled();
  const { fields, flow } = await crate.find(id);
  expect(fields).toEqual({ isPacked: false, by: 'hand' });
  expect(flow?.done.map(({ port, status }) => `${port} ${status}`)).toEqual([
    'pack done',
    'load failed',
    'pack undone',
  ]);
});

test('a frozen specification with null for what it has not, and one handler and mixin where lists are usual', async () => {
  const none = { ports: null, commands: null, relations: null, routes: null, accessControlList: null };
  const seal = await older(
    'Seal',
    Object.freeze({ factory: asIs, mixins: (o: Loose) => o, eventHandlers: () => 1, ...none }),
  );
  expect(seal.warning).toContain('dropped: routes, mixins');
  expect((await seal.create({ x: 'a' })).fields).toEqual({ x: 'a' });
});

test('hooks that wait, answer true, or a copy with changes', async () => {
  const box = await older('Box', {
    factory: () => async (input: Loose) => input,
    validate: async (_box: Loose, changes: Loose, _mask: number) => {
      if (changes.isBad) throw new Error('bad');
      return true;
    },
    onUpdate: async (object: Loose) => ({ ...object, isTouched: true }),
    onDelete: (object: Loose) => (object.isTouched ? Promise.reject(new Error('touched')) : true),
  });
  const { id } = await box.create({ n: 1 });
  expect((await box.update(id, { n: 2 })).fields).toEqual({ n: 2, isTouched: true });
  await expect(box.update(id, { isBad: 1 })).rejects.toMatchObject({ code: 'VALIDATION', message: 'bad' });
  await expect(box.remove(id)).rejects.toMatchObject({ code: 'VALIDATION', message: 'touched' });
});

test('what an object says of itself by symbols, by spreading it, and as JSON', async () => {
  const look = (coin: Loose) =>
    coin.update({
      ...{ own: coin[coin.getKey('id')] === coin.getId(), name: coin[coin.getKey('modelName')] },
      ...{ isEqual: coin.equals(coin), spread: Object.keys({ ...coin }), json: JSON.parse(JSON.stringify(coin)).a },
    });
  const coin = await older('Coin', { modelName: 'COIN', factory: asIs, commands: { look } });
  const { id } = await coin.create({ a: 1 });
  const seen = { own: true, name: 'COIN', isEqual: true, spread: ['a'], json: 1 };
  expect((await coin.command(id, 'look')).fields).toEqual({ a: 1, ...seen });
});

test('relations: in a list of the object, named as a method, asked of no datasource; an unknown type is told', async () => {
  const basket = await older('Basket', {
    factory: asIs,
    relations: {
      things: { modelName: 'THING', type: 'containsMany', foreignKey: 'thingId', arrayKey: 'lines' },
      find: { modelName: 'Basket', type: 'oneToMany', foreignKey: 'basketId' },
      near: { modelName: 'BASKET', type: 'custom' },
      owner: { modelName: 'User', type: 'ManyToOne', foreignKey: 'userId' },
    },
  });
  expect(Object.keys(basket.spec.relations ?? {})).toEqual(['things', 'find', 'near']);
  expect(basket.warning).toContain('dropped: relations.owner');
  await expect(basket.create({ lines: [{ thingId: 'a' }] })).resolves.toMatchObject({ version: 1 });
});

test('an adapter hands the next state to its callback; an inbound port counts', async () => {
  const knocked = ({ model }: Loose, { n }: Loose) => model.update({ knocks: (model.knocks ?? 0) + n });
  const door = await older(
    'Door',
    {
      factory: asIs,
      ports: {
        knock: { service: 'Hand', type: 'inbound', timeout: 0, callback: knocked },
        open: { service: 'Hand', type: 'outbound', consumesEvent: 'doorCreated' },
      },
    },
    {
      knock: ({ args: [given] }: Loose) => ({ n: given.n }),
      open: ({ model, args: [back] }: Loose) => back({}, model.update({ isOpen: true })),
    },
  );
  const { id } = await door.create({});
  await settled();
  expect((await door.find(id)).fields).toEqual({ isOpen: true });
  expect(await door.call(id, 'knock', { n: 3 })).toEqual({ isOpen: true, knocks: 3 });
});

test('an adapter calls ports of its object that are named as methods are: save, find, notify', async () => {
  const told: unknown[] = [];
  const port = { service: 'Radio', type: 'outbound', timeout: 0 };
  const ports = { ring: { type: 'inbound', service: 'Radio' }, notify: port, save: port, find: port };
  const radio = {
    models: { alarm: normalise({ modelName: 'alarm', factory: asIs, ports }, 'alarm')?.spec },
    adapters: {
      ring:
        () =>
        async ({ model }: Loose) => {
          await model.notify('hall', 'loud');
          await model.save();
          return { found: (await model.find('q')).it };
        },
      notify:
        () =>
        ({ args }: Loose) =>
          void told.push(args),
      save: () => () => void told.push('saved'),
      find:
        () =>
        ({ args: [name] }: Loose) => ({ it: name }),
    },
    services: { Radio: () => ({}) },
  };
  const adapters = Object.fromEntries(Object.keys(ports).map((name) => [`alarm.${name}`, `radio#${name}`]));
  const { host } = await objectWorld({ radio }, { adapters, services: { Radio: 'radio#Radio' } });
  const { state } = await host.write({ modelName: 'alarm', kind: 'create', input: {} }, ada);
  const called = await host.call({ modelName: 'alarm', id: state.id, port: 'ring', args: [] }, ada);
  expect(called.state.fields).toEqual({ found: 'q' });
  expect(told).toEqual([['hall', 'loud'], 'saved']);
});

import type { HostEvent, HostReport, ObjectState } from '@testudo/fabric';
import { expect, test } from 'vitest';

import { isAtEnd, standingOf, way } from '../order-way.ts';
import type { WayStep } from '../order-way.ts';
import type { PartnerCall } from '../server-api.ts';
import { counted } from './act.ts';
import { compareHealth } from './deploy-build.ts';
import { courseText } from './fail-partner.ts';
import { addressOfBuild, verifiedText } from './load-remote.ts';
import { moveText } from './move-port.ts';
import { grown, outcomeText } from './network.ts';
import { traceOf } from './trace-order.ts';
import type { OrderTrace } from './trace-order.ts';

const noted = (note: string) => ({ fields: { note } }) as unknown as ObjectState;
const report = (counters: object) => ({ counters }) as HostReport;
const edits = { here: 'mine', device: 'theirs' };

test('counts have their noun in the right number', () => {
  expect([counted(1, 'order'), counted(0, 'order')]).toEqual(['1 order', '0 orders']);
});

test('counters are compared by the word that their names end in', () => {
  expect(
    grown(report({ sent: 3, orderSent: 1, applied: 9 }), report({ sent: 5, orderSent: 1, applied: 9 }), 'sent'),
  ).toBe(2);
});

test.for([
  ['mine', 'yours came later'],
  ['theirs', "the device's stands"],
  ['mine / theirs', 'made “mine / theirs”'],
] as const)('of two edits, “%s” is explained', ([note, words]) => {
  expect(outcomeText(edits, noted(note), noted(note))).toContain(words);
});

test('a server that has gone on is not called equal', () => {
  expect(outcomeText(edits, noted('mine'), noted('other'))).toContain('gone on');
});

const health = { pid: 7, uptimeMs: 61_000, sockets: 3, closed: 2 };

test('an untouched server is said to be untouched, in numbers', () => {
  expect(compareHealth(health, health)).toBe('Server: pid 7 as before, up 61 s, connections dropped: 0.');
});

test('a new process and a dropped connection are not hidden', () => {
  const text = compareHealth(health, { ...health, pid: 8, closed: 4 });
  expect(text).toContain('pid 7 became 8');
  expect(text).toContain('dropped: 2');
});

const [pick, ship] = way as [WayStep, WayStep];
const orderWith = (orderStatus: string, ...done: object[]) =>
  ({ id: 'id-abcdef', fields: { orderStatus }, flow: { done, due: [] } }) as unknown as ObjectState;
const call = (effect: PartnerCall['effect'], act = '/picks', key = 'k') => {
  const partner = act.startsWith('/shipments') ? 'carrier' : 'warehouse';
  return { partner, act, effect, key };
};

test('retries under one key that end well are told as the partner noted them', () => {
  const calls = [call('refused'), call('unanswered'), call('first'), call('first', '/shipments')];
  expect(courseText(orderWith('COMPLETE'), pick, calls)).toBe(
    'The warehouse noted 3 calls to pick under 1 key: refused, no answer, done. Order abcdef is complete, picked once.',
  );
});

test('another key and a second effect are not hidden', () => {
  const text = courseText(orderWith('COMPLETE'), pick, [call('first'), call('first', '/picks', 'other')]);
  expect(text).toContain('2 calls to pick under 2 keys');
  expect(text).toContain('picked 2 times');
});

test('a failure is told with its reason, and with what was taken back', () => {
  const order = orderWith('CANCELED', { port: 'shipOrder', status: 'failed', error: 'the carrier answered 503' });
  const refused = [call('first'), call('refused', '/shipments'), call('refused', '/shipments')];
  expect(courseText(order, ship, [...refused, call('undone', '/returns')])).toBe(
    'The carrier noted 2 calls to ship under 1 key: each refused. Order abcdef is canceled: the carrier answered 503. Taken back, newest first: picked.',
  );
  expect(courseText(order, ship, refused)).toContain('Nothing had to be taken back.');
});

test('an order is at its end when it is complete, or when all that is to be taken back has been', () => {
  const failed = { port: 'shipOrder', status: 'failed' };
  const order = orderWith('CANCELED', failed);
  const undoing = {
    ...order,
    flow: { ...order.flow, compensation: { reason: '', left: [failed] } },
  } as unknown as ObjectState;
  expect([orderWith('COMPLETE'), order, undoing, orderWith('APPROVED')].map(isAtEnd)).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(standingOf(undoing, ship)).toBe('undoing');
});

const found = { name: 'hello', kind: 'ui', build: 'b1', origin: 'http://localhost:1', files: 1, bytes: 12_345 };
const url = 'http://localhost:1/b1/remote.json';
const catalog = { schema: 1, revision: 1, remotes: [{ name: 'store', route: { segment: 'shop' } }] } as never;

test('a verified build is told by what was hashed and where it is from', () => {
  const text = 'Verified: 1 file, 12,345 bytes, each as its digest says. hello b1 from http://localhost:1.';
  expect(verifiedText(found, 'en')).toBe(text);
  expect(verifiedText({ ...found, kind: 'model' }, 'en')).toBe(`${text} It is of kind model: it has no page to open.`);
});

test('a build opens at the path that its name has, or at its name; a model has no page', () => {
  const query = `?remote=${encodeURIComponent(`hello@${url}`)}`;
  expect(addressOfBuild(found, url, catalog)).toBe(`/hello${query}`);
  expect(addressOfBuild({ ...found, name: 'store' }, url, catalog)).toBe(`/shop${query.replace('hello', 'store')}`);
  expect(addressOfBuild({ ...found, kind: 'model' }, url, catalog)).toBeNull();
});

const trace = (id: string, node: string, ...ports: string[]): OrderTrace => ({
  id,
  steps: ports.map((port) => ({ port, event: 'orderApproved', status: 'done', node, durationMs: 38 })),
});
const here = trace('id-aaaaaa', 'browser-1', 'pickOrder', 'shipOrder');

test('a moved step is told with its hosts and times, and whether the way was the same', () => {
  const there = trace('id-bbbbbb', 'server-1', 'pickOrder', 'shipOrder');
  expect(moveText(ship, [here, there], 'browser-1')).toBe(
    'Order aaaaaa: shipped here, by browser-1, in 38 ms. Order bbbbbb: shipped on the server, by server-1, in 38 ms. Same trace: 2 steps.',
  );
  expect(moveText(ship, [here, trace('x', 'server-1', 'shipOrder')], 'browser-1')).toContain('Their traces differ.');
});

test('an order is traced once each of its steps was told by the host that ran it', () => {
  const steps = [
    { key: 'k1', port: 'pickOrder', event: 'orderApproved', status: 'done', node: 'browser-1' },
    { key: 'k2', port: 'shipOrder', event: 'orderPicked', status: 'done', node: 'server-1' },
  ];
  const order = orderWith('COMPLETE', ...steps);
  const told = (key: string, phase: string, durationMs: number) =>
    ({ type: 'port', key, phase, durationMs }) as unknown as HostEvent;
  const heard = [told('k1', 'call', 0), told('k1', 'done', 5), told('k2', 'call', 0)];
  expect(traceOf(order, heard)).toBeNull();
  expect(traceOf(order, [...heard, told('k2', 'done', 7)])?.steps).toMatchObject([
    { node: 'browser-1', durationMs: 5 },
    { node: 'server-1', durationMs: 7 },
  ]);
});

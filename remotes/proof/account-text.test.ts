import type { HostReport } from '@testudo/fabric';
import { expect, test } from 'vitest';

import { breakerLines, flowLines, portLines, processLines, realmLines } from './account-text.ts';

const reported = (report: object) => report as HostReport;
const plain = (text = ''): string => text.replace(/\u00a0/g, ' ');
const realm = {
  ...{ runtime: 'worker', trust: 'confined', remotes: ['order', 'store'], restarts: 1, calls: 0 },
  ...{ state: 'running', heapBytes: null },
};

test('a realm is told with its runtime, trust, restarts, calls and heap', () => {
  const text = 'web worker · confined · 2 remotes · 1 restart · 0 calls under way · heap not told by browsers';
  const [told] = realmLines(reported({ realms: { main: realm } }));
  expect([told?.term, plain(told?.text), told?.tone]).toEqual(['main', text, undefined]);
  const other = { ...realm, runtime: 'node', trust: 'trusted', state: 'silent', heapBytes: 12_345_678 };
  const [line] = realmLines(reported({ realms: { partner: other } }));
  expect(plain(line?.text)).toContain('Node thread · trusted');
  expect(line?.text).toContain('heap 12.3 MB');
  expect(line?.tone).toBe('warn');
});

const port = {
  ...{ modelName: 'order', port: 'pay', type: 'outbound', disabled: false, compute: false, placement: 'owner' },
  ...{ adapters: ['payments#pay'], service: { name: 'bank', factory: 'payments#bank' } },
};
const textOf = (change: object) => plain(portLines(reported({ ports: [{ ...port, ...change }] }), 'order')[0]?.text);

test.each([
  [{}, '→ payments#pay by payments#bank'],
  [{ placement: 'server' }, '→ payments#pay by payments#bank · placed at the server'],
  [{ adapters: ['a#x', 'b#y'], service: null, disabled: true }, '→ a#x + b#y · disabled'],
  [{ adapters: [], service: { name: 'bank', factory: null } }, 'no adapter by bank, which nobody provides'],
  [{ adapters: [], service: null, type: 'inbound', compute: true }, 'inbound · in the pool'],
])('a port with %o is told as it is bound and placed', (change, text) => {
  expect(textOf(change)).toBe(text);
});

test('only ports of the model are told', () => {
  expect(portLines(reported({ ports: [port] }), 'offer')).toEqual([]);
});

test('pool and memory, flows and breakers are told in numbers', () => {
  const compute = { min: 0, max: 2, running: 1, busy: 1, waiting: 3 };
  expect(processLines(reported({ compute, realms: {}, memoryBytes: 5e6 })).map(({ text }) => plain(text))).toEqual([
    '0 to 2 · 1 running, 1 busy · 3 calls waiting',
    '5.0 MB',
  ]);
  const memoryOf = (runtime: string) =>
    processLines(reported({ compute, realms: { main: { runtime } }, memoryBytes: null }))[1]?.text;
  expect([memoryOf('worker'), memoryOf('node')]).toEqual(['not told by browsers', 'not told']);
  const flows = { unfinished: 2, due: 1, compensating: 1, owners: { 'server-1': 2 } };
  const [total, theirs] = flowLines(reported({ flows }));
  expect([plain(total?.text), total?.tone]).toEqual(['2 · 1 step due · 1 being taken back', 'warn']);
  expect(theirs).toMatchObject({ term: 'server-1', text: '2' });
  expect(flowLines(reported({ flows: { unfinished: 0, due: 0, compensating: 0, owners: {} } }))[0]?.text).toBe('none');
  const breaker = { modelName: 'order', port: 'pay', state: { name: 'open' }, calls: 5, failures: 4 };
  const [open] = breakerLines(reported({ breakers: [breaker] }));
  expect([open?.term, plain(open?.text), open?.tone]).toEqual(['order.pay', 'open · 5 calls, 4 failed', 'bad']);
});

import { readFile } from 'node:fs/promises';

import { expect, test } from 'vitest';

import { verdicts, type JudgedDecision, type JudgedDevice, type JudgedObject, type JudgedWorld } from './oracle.ts';

const op = (counter: number, value: string): JudgedDecision => ({
  op: {
    replica: 'ann',
    counter,
    id: 'a',
    kind: counter === 1 ? 'create' : 'update',
    command: null,
    input: null,
    patch: { set: { v: value }, unset: [], base: {} },
    requestId: `request${counter}`,
  },
  mark: `ann-${counter}`,
  result: { status: 'accepted', seq: counter },
});

const object = (changes: Partial<JudgedObject> = {}): JudgedObject => ({
  id: 'a',
  fields: { v: 'second' },
  version: 2,
  seq: 2,
  deleted: false,
  ...changes,
});

const device = (changes: Partial<JudgedDevice> = {}): JudgedDevice => ({
  label: 'ann',
  right: 'all',
  acknowledged: ['ann-1', 'ann-2'],
  forgiven: [],
  pending: [],
  refused: [],
  objects: [object()],
  ...changes,
});

const world = (changes: Partial<JudgedWorld> = {}): JudgedWorld => ({
  decided: [op(1, 'first'), op(2, 'second')],
  lost: [],
  log: [1, 2].map((seq) => ({ seq, opId: `ann:${seq}` })),
  keptLog: [2],
  floor: 1,
  objects: [object()],
  promised: ['ann:1@1', 'ann:2@2'],
  lostObjects: [],
  unreadable: [],
  devices: [device()],
  ...changes,
});

const refused = (counter: number): JudgedDecision => ({
  ...op(counter, 'bad'),
  result: { status: 'refused', error: { code: 'VALIDATION' } },
});

test('oracle - finds nothing wrong with a world in which nothing is', () => {
  expect(verdicts(world())).toEqual([]);
  const shown = device({ refused: ['ann-3'], acknowledged: ['ann-1', 'ann-2', 'ann-3'] });
  expect(verdicts(world({ decided: [...world().decided, refused(3)], devices: [shown] }))).toEqual([]);
});

const faults: readonly (readonly [string, Partial<JudgedWorld>, string])[] = [
  ['a copy that differs', { devices: [device({ objects: [object({ fields: { v: 'first' } })] })] }, 'ann has of a'],
  ['a copy that is missing', { devices: [device({ objects: [] })] }, 'ann has of a nothing'],
  ['an object that its ops do not make', { objects: [object({ version: 3 })] }, 'the authority has of a'],
  [
    'a log with a gap',
    {
      log: [
        { seq: 1, opId: 'ann:1' },
        { seq: 3, opId: 'ann:2' },
      ],
    },
    'log entry 2 has seq 3',
  ],
  ['a log with a gap above its floor', { keptLog: [] }, 'above its floor'],
  ['an op that took effect twice', { decided: [op(1, 'first'), { ...op(2, 'second'), mark: 'ann-1' }] }, 'repeats'],
  ['counters that are not contiguous', { decided: [op(1, 'first'), op(3, 'second')] }, 'ann:2 was not'],
  ['an acknowledged op that is nowhere', { devices: [device({ acknowledged: ['ann-9'] })] }, 'never reached'],
  ['an op that is still on its way', { devices: [device({ pending: ['ann-3'] })] }, 'has not sent'],
  ['a promise that was not kept', { promised: ['ann:2@9'] }, 'was told of ann:2@9'],
  [
    'a refusal that is not shown',
    { decided: [...world().decided, refused(3)], devices: [device({ acknowledged: ['ann-3'] })] },
    'does not show',
  ],
  ['a refusal that is none', { devices: [device({ refused: ['ann-2'] })] }, 'which was not'],
];

test.each(faults)('oracle - sees %s', (_what, changes, words) => {
  expect(verdicts(world(changes)).join('\n')).toContain(words);
});

test('oracle - is of 200 lines at most, and shares none with what it judges', async () => {
  const source = await readFile(new URL('oracle.ts', import.meta.url), 'utf8');
  expect(source.trimEnd().split('\n').length).toBeLessThanOrEqual(200);
  expect(source).not.toMatch(/\bimport\b[^t]|\brequire\(|import\(/);
});

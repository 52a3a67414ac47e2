import type { HostReport, ObjectState } from '@testudo/fabric';
import { expect, test } from 'vitest';

import { counted } from './act.ts';
import { compareHealth } from './deploy-build.ts';
import { grown, outcomeText } from './network.ts';

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

import { expect, test } from 'vitest';

import { list, oneOf, record, text, textOf, whole } from './shape.ts';

interface Part {
  readonly name: string;
  readonly size?: number;
}

const part = record<Part>({ required: { name: text(/^[a-z]+$/, 'lower case') }, optional: { size: whole(1, 9) } });

test.each([[{ name: 'a' }], [{ name: 'a', size: 9 }]])('%j has the shape', (value) => {
  expect(part(value, '')).toBeNull();
});

test.each([
  [null, 'document'],
  [[], 'document'],
  ['a', 'document'],
  [{}, 'name'],
  [{ name: 1 }, 'name'],
  [{ name: 'A' }, 'name'],
  [{ name: 'a', size: undefined }, 'size'],
  [{ name: 'a', size: 0 }, 'size'],
  [{ name: 'a', size: 10 }, 'size'],
  [{ name: 'a', size: 1.5 }, 'size'],
  [{ name: 'a', size: '1' }, 'size'],
  [{ name: 'a', color: 'red' }, 'color'],
  [{ name: 'a', constructor: 1 }, 'constructor'],
  [JSON.parse('{"name":"a","__proto__":{}}'), '__proto__'],
  [Object.create({ name: 'a' }), 'name'],
])('%j has not; %s is at fault', (value, path) => {
  expect(part(value, '')).toMatch(new RegExp(`^${path}: `));
});

test('a fault in a list is told with its place', () => {
  const parts = list(part, 1, 2);
  expect(parts([{ name: 'a' }], 'parts')).toBeNull();
  expect(parts([{ name: 'a' }, { name: 'B' }], 'parts')).toMatch(/^parts\.1\.name: /);
  expect(parts([], 'parts')).toMatch(/^parts: /);
  expect(parts([1, 2, 3], 'parts')).toMatch(/^parts: /);
  expect(parts({ length: 1 }, 'parts')).toMatch(/^parts: /);
});

test('text is bounded, and one of a few is exactly one of them', () => {
  expect(textOf(2)('ab', '')).toBeNull();
  expect(textOf(2)('abc', '')).not.toBeNull();
  expect(oneOf(['a', 1])('a', '')).toBeNull();
  expect(oneOf(['a', 1])('1', '')).not.toBeNull();
});

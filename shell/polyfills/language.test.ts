import { expect, test } from 'vitest';

import { addMissing } from './add-missing.ts';
import { globalsOf, objectStatics, promiseStatics, stringMethods, symbolProperties } from './language.ts';

const texts = ['', 'a', 'a.b.a', '$& $1', 'aaa', 'ab\nAB'];
const matching = (text: string, pattern: RegExp | string): unknown =>
  outcome(() => [...(stringMethods.matchAll.call(text, pattern) as IterableIterator<RegExpExecArray>)]);

function outcome(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return (error as Error).name;
  }
}

test.each([/a/g, /(?:)/g, /(.)b/gi, /$/gm, /a/, 'a.', 'a'])('matchAll finds what the engine finds: %s', (pattern) => {
  for (const text of texts)
    expect(matching(text, pattern)).toEqual(outcome(() => [...text.matchAll(pattern as RegExp)]));
});

test('matchAll begins where the pattern stands, and leaves it there', () => {
  const pattern = /a/g;
  pattern.lastIndex = 2;
  expect(matching('aaaa', pattern)).toHaveLength(2);
  expect(pattern.lastIndex).toBe(2);
});

test.each([
  ['a', 'b'],
  ['.', '-'],
  ['', '_'],
  ['a', '[$&]'],
  [/(a)/g, '<$1>'],
  [/a/, 'b'],
  ['$', (found: string) => `${found}${found}`],
] as [RegExp | string, string][])('replaceAll replaces what the engine replaces: %s by %s', (pattern, by) => {
  for (const text of texts)
    expect(outcome(() => stringMethods.replaceAll.call(text, pattern, by))).toEqual(
      outcome(() => text.replaceAll(pattern, by)),
    );
});

test('fromEntries makes own properties, whatever their name', () => {
  const entries: [string, number][] = [
    ['a', 1],
    ['__proto__', 2],
    ['a', 3],
  ];
  const made = objectStatics.fromEntries(new Map(entries));
  expect(Object.getOwnPropertyDescriptors(made)).toEqual(Object.getOwnPropertyDescriptors(Object.fromEntries(entries)));
});

test('allSettled tells each outcome, in order', async () => {
  const mixed = (): unknown[] => [1, Promise.reject(new Error('no')), Promise.resolve(2)];
  expect(await promiseStatics.allSettled(mixed())).toEqual(await Promise.allSettled(mixed()));
});

test('a symbol has its description', () => {
  addMissing(Symbol.prototype, symbolProperties);
  const read = Object.getOwnPropertyDescriptor(symbolProperties, 'description')?.get;
  expect(read?.call(Symbol('a (b)'))).toBe('a (b)');
  expect(() => read?.call('no symbol')).toThrow(TypeError);
});

test('queueMicrotask runs before the next task', async () => {
  const order: string[] = [];
  const { queueMicrotask: queue } = globalsOf({}) as { queueMicrotask(callback: () => void): void };
  setTimeout(() => order.push('task'));
  queue(() => order.push('microtask'));
  await new Promise((resolve) => setTimeout(resolve));
  expect(order).toEqual(['microtask', 'task']);
});

test('only what is missing is added, as the language would: writable, and in no enumeration', () => {
  const target = { kept: 1 };
  addMissing(target, { kept: 2, added: 3 });
  expect(Object.entries(target)).toEqual([['kept', 1]]);
  expect(Object.getOwnPropertyDescriptor(target, 'added')).toEqual({
    value: 3,
    writable: true,
    configurable: true,
    enumerable: false,
  });
});

test('a lockdown accepts them: no method is a constructor', () => {
  for (const methods of [objectStatics, promiseStatics, stringMethods, globalsOf({ plain: true })])
    for (const method of Object.values(methods))
      if (typeof method === 'function') expect(method).not.toHaveProperty('prototype');
});

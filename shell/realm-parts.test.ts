import { expect, test } from 'vitest';

import { partDoor } from './bring-part.ts';
import { createParts } from './realm-parts.ts';

type Door = { [partDoor]?: (part: unknown) => void };

const part = { loadWasm: () => Promise.reject(new Error('not here')) };

function partsOf(script: (global: Door) => void, global: Door = {}) {
  const asked: string[] = [];
  const load = createParts({
    global,
    runScript: (url) => {
      asked.push(url);
      script(global);
    },
  });
  return { load: () => load('realm-wasm'), asked, global };
}

test('a part is loaded once, and its door is there only while its script runs', () => {
  const { load, asked, global } = partsOf((scope) => scope[partDoor]?.(part));
  expect(load()).toBe(part);
  expect(load()).toBe(part);
  expect(asked).toEqual(['realm-wasm.js']);
  expect(partDoor in global).toBe(false);
});

test('a part that cannot be fetched may be tried again', () => {
  let isAway = true;
  const { load, global } = partsOf((scope) => {
    if (isAway) throw new Error('NetworkError');
    scope[partDoor]?.(part);
  });
  expect(load).toThrow(expect.objectContaining({ code: 'UNAVAILABLE', retryable: true }));
  expect(partDoor in global).toBe(false);
  isAway = false;
  expect(load()).toBe(part);
});

test('remote code that waits at the door gets nothing: a setter is replaced, a fixed name is an error', () => {
  const caught: unknown[] = [];
  const trap = { get: () => (given: unknown) => caught.push(given), set: (given: unknown) => caught.push(given) };
  const replaced = partsOf(
    (scope) => scope[partDoor]?.(part),
    Object.defineProperty({}, partDoor, { ...trap, configurable: true }),
  );
  expect(replaced.load()).toBe(part);
  const fixed = partsOf((scope) => scope[partDoor]?.(part), Object.defineProperty({}, partDoor, trap));
  expect(fixed.load).toThrow(expect.objectContaining({ code: 'UNAVAILABLE' }));
  expect(fixed.asked).toEqual([]);
  expect(caught).toEqual([]);
});

test('a script that brings nothing is an error', () => {
  expect(partsOf(() => undefined).load).toThrow('brought nothing');
});

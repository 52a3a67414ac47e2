import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import plainIdb from './plain-idb.ts';

const source = readFileSync(fileURLToPath(import.meta.resolve('idb')), 'utf8');

test('what wraps requests and transactions stays; one-request methods and iteration go', () => {
  const plain = plainIdb(source);
  const names = (text: string): string[] =>
    Array.from(text.matchAll(/^(?:async )?function\*? ?(\w+)/gm), ([, name]) => name!);
  const gone = names(source).filter((name) => !names(plain).includes(name));
  expect(gone).toEqual(['getMethod', 'iterate', 'isIteratorProp']);
  expect(plain).toMatch(/\nexport \{ deleteDB, openDB, unwrap, wrap \};\s*$/);
});

test('an idb that looks otherwise is refused', () => {
  expect(() => plainIdb(source.replace('const readMethods', 'const methods'))).toThrow('look at its new version');
});

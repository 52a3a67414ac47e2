import { expect, test } from 'vitest';

import privateNames from './private-names.ts';

test('private members become short ordinary ones, and nothing else changes', () => {
  const source = [
    'export class Counter {',
    '  readonly #step = 2;',
    '  #count = 0;',
    "  /** '#count' in words stays */",
    '  async #add(other: Counter): Promise<string> {',
    '    this.#count += this.#step + other.#count;',
    '    return `#${this.#count} #count`;',
    '  }',
    '}',
  ].join('\n');
  expect(privateNames(source).split('\n')).toEqual([
    'export class Counter {',
    '  readonly _0 = 2;',
    '  _1 = 0;',
    "  /** '#count' in words stays */",
    '  async _2(other: Counter): Promise<string> {',
    '    this._1 += this._0 + other._1;',
    '    return `#${this._1} #count`;',
    '  }',
    '}',
  ]);
});

test('a source without private members is left alone', () => {
  const source = "const color = '#fff';\nlocation.hash = '#top';\n";
  expect(privateNames(source)).toBe(source);
});

test('a subclass with private members is refused: its names could meet those of its parent', () => {
  expect(() => privateNames('class A<T> extends B<T> {\n  #x = 1;\n}')).toThrow('subclass');
});

import { describe, expect, test } from 'vitest';
import type { Datasource, Entry, Write } from '../store/datasource.ts';
import type { Plain } from '../plain.ts';

/** A store made for one law. */
export interface DatasourceFixture {
  readonly datasource: Datasource;
  /** Opens the same records anew after `datasource.close()`; absent where nothing outlives the process. */
  reopen?(): Promise<Datasource>;
  /** Puts a text in place of a record, past the datasource, which is closed; absent where nobody else can get at it. */
  damage?(collection: string, key: string, text: string): Promise<void>;
  /** What is stored itself, past the datasource, which is closed; absent where nobody else can get at it. */
  readonly stored?: {
    read(collection: string, keys: readonly string[]): Promise<readonly string[]>;
    /** Puts contents in place of records, by key. */
    write(collection: string, contents: ReadonlyMap<string, string>): Promise<void>;
    /** Whether there are records without a sum, which earlier programs wrote: JSON and nothing else. */
    readonly hasOlder: boolean;
  };
  dispose(): Promise<void>;
}

type Law = (fixture: DatasourceFixture) => Promise<void>;

const put = (key: string, value: Plain, collection = 'c'): Write => ({ collection, key, value });
const remove = (key: string, collection = 'c'): Write => ({ collection, key, value: undefined });
const keysOf = (entries: readonly Entry[]): readonly string[] => entries.map(({ key }) => key);
const failsWith = (code: string): object => expect.objectContaining({ code });
const cyclic = (): Plain => {
  const value: Record<string, Plain> = {};
  value['self'] = value;
  return value;
};

/** In ascending UTF-16 code unit order, which differs from code point order at the surrogates. */
const AWKWARD_KEYS = [
  '', '\u0000', '\u0000a', ' ', '%_', '\'";--', '0', '10', '9', 'A', '__proto__', 'a', 'a\u0000', 'a/b', 'a\uffff',
  'constructor', 'é', '한', '\ud800', '\ud83d\ude00', '\ud83d\ude00z', '\udfff', '\ue000', '\uffff',
]; // prettier-ignore

const AWKWARD_VALUES: readonly Plain[] = [
  null, true, false, 0, -1.5, 1e300, 2 ** 53, '', '\u0000', '\ud800 lone', '😀 한 é', [], {}, [[[null]]],
  { '': 1, 'a.b': [1, { c: null }], constructor: 'x', toString: 'y' },
]; // prettier-ignore

const roundTrip: Law = async ({ datasource }) => {
  await datasource.commit([put('k', { a: [1, { b: null }] })]);
  expect(await datasource.get('c', 'k')).toEqual({ a: [1, { b: null }] });
  expect(await datasource.get('c', 'missing')).toBeUndefined();
  expect(await datasource.range('missing')).toEqual([]);
  await datasource.commit([]);
};

const atomicity: Law = async ({ datasource }) => {
  await datasource.commit([put('a', 1), put('b', 1)]);
  const bad = datasource.commit([put('a', 2), remove('b'), put('d', 2), put('e', cyclic())]);
  await expect(bad).rejects.toEqual(failsWith('BAD_REQUEST'));
  expect(await datasource.range('c')).toEqual([put('a', 1), put('b', 1)].map(({ key, value }) => ({ key, value })));
};

const callOrder: Law = async ({ datasource }) => {
  const resolved: number[] = [];
  const commits = Array.from({ length: 200 }, (_, n) =>
    datasource.commit([put('last', n), put(`own ${n}`, n)]).then(() => void resolved.push(n)),
  );
  await Promise.all(commits);
  expect(resolved).toEqual(Array.from({ length: 200 }, (_, n) => n));
  expect(await datasource.get('c', 'last')).toBe(199);
  expect(await datasource.range('c', { after: 'own', before: 'own~' })).toHaveLength(200);
  await datasource.commit([put('x', 1), remove('x'), put('x', 3), put('y', 1), remove('y')]);
  expect(await datasource.get('c', 'x')).toBe(3);
  expect(await datasource.get('c', 'y')).toBeUndefined();
};

const order: Law = async ({ datasource }) => {
  await datasource.commit([...AWKWARD_KEYS].reverse().map((key) => put(key, key)));
  const entries = await datasource.range('c');
  expect(keysOf(entries)).toEqual(AWKWARD_KEYS);
  expect(entries.map(({ value }) => value)).toEqual(AWKWARD_KEYS);
  for (const key of AWKWARD_KEYS) expect(await datasource.get('c', key)).toBe(key);
};

const bounds: Law = async ({ datasource }) => {
  await datasource.commit(AWKWARD_KEYS.map((key) => put(key, 1)));
  for (const after of ['', 'a', '\ud83d\ude00', '\uffff', 'between']) {
    for (const before of ['', 'a/b', '\udfff', '\uffff']) {
      const expected = AWKWARD_KEYS.filter((key) => key > after && key < before);
      expect(keysOf(await datasource.range('c', { after, before }))).toEqual(expected);
    }
    expect(keysOf(await datasource.range('c', { after }))).toEqual(AWKWARD_KEYS.filter((key) => key > after));
  }
  expect(keysOf(await datasource.range('c', { before: 'a' }))).toEqual(AWKWARD_KEYS.filter((key) => key < 'a'));
  expect(keysOf(await datasource.range('c', { after: 'a', limit: 2 }))).toEqual(['a\u0000', 'a/b']);
};

const limits: Law = async ({ datasource }) => {
  await datasource.commit(Array.from({ length: 1001 }, (_, n) => put(`${n}`, n)));
  expect(await datasource.range('c')).toHaveLength(1000);
  expect(await datasource.range('c', { limit: 10_000 })).toHaveLength(1001);
  for (const limit of [0, -1, 1.5, 10_001, Number.NaN]) {
    await expect(datasource.range('c', { limit })).rejects.toEqual(failsWith('BAD_REQUEST'));
  }
};

const removal: Law = async ({ datasource }) => {
  await datasource.commit([put('a', 1), put('b', 2)]);
  expect(keysOf(await datasource.range('c'))).toEqual(['a', 'b']);
  await datasource.commit([remove('a'), remove('never there')]);
  expect(await datasource.get('c', 'a')).toBeUndefined();
  expect(keysOf(await datasource.range('c'))).toEqual(['b']);
  await datasource.commit([put('a', 3), put('aa', 4)]);
  expect(keysOf(await datasource.range('c'))).toEqual(['a', 'aa', 'b']);
};

const separateCollections: Law = async ({ datasource }) => {
  const names = ['a', 'a/b', 'a\u0000', 'A', '__proto__', '', '\ud800', 'objects/main/order'];
  await datasource.commit(names.map((name) => put('k', name, name)));
  for (const name of names) expect(await datasource.range(name)).toEqual([{ key: 'k', value: name }]);
  await datasource.commit([remove('k', 'a')]);
  expect(await datasource.get('a/b', 'k')).toBe('a/b');
};

const isolation: Law = async ({ datasource }) => {
  const given = { list: [1] };
  const committed = datasource.commit([put('k', given)]);
  given.list.push(2);
  await committed;
  for (const read of [() => datasource.get('c', 'k'), async () => (await datasource.range('c'))[0]?.value]) {
    const got = (await read()) as { list: number[] };
    expect(got).toEqual({ list: [1] });
    got.list.push(3);
  }
  expect(await datasource.get('c', 'k')).toEqual({ list: [1] });
};

const awkwardValues: Law = async ({ datasource }) => {
  await datasource.commit(AWKWARD_VALUES.map((value, n) => put(`${n}`, value)));
  for (const [n, value] of AWKWARD_VALUES.entries()) expect(await datasource.get('c', `${n}`)).toEqual(value);
  const hostile = JSON.parse('{"__proto__":{"polluted":true},"a":{"__proto__":1}}') as Plain;
  await datasource.commit([put('__proto__', hostile, '__proto__')]);
  expect(JSON.stringify(await datasource.get('__proto__', '__proto__'))).toBe(JSON.stringify(hostile));
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
};

const manyRecords: Law = async ({ datasource }) => {
  const keys = Array.from({ length: 10_000 }, (_, n) => String(n * 7919 + 100_000_000));
  await datasource.commit(keys.map((key) => put(key, { key, text: 'x'.repeat(50) })));
  const seen: string[] = [];
  for (let page = await datasource.range('c', { limit: 3000 }); page.length > 0;) {
    seen.push(...keysOf(page));
    page = await datasource.range('c', { limit: 3000, after: seen[seen.length - 1] as string });
  }
  expect(seen).toEqual(keys);
};

const independence: Law = async ({ datasource }) => {
  const outcomes = await Promise.allSettled([
    datasource.commit([put('a', 1)]),
    datasource.commit([put('b', cyclic())]),
    datasource.commit([put('d', 1)]),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(keysOf(await datasource.range('c'))).toEqual(['a', 'd']);
};

const durability: Law = async ({ datasource, reopen }) => {
  if (!reopen) return;
  await datasource.commit([put('a', { n: 1 }), put('b', 2)]);
  await datasource.commit([remove('b'), put('\ud800', 3)]);
  await datasource.close();
  const again = await reopen();
  expect(await again.range('c')).toEqual([
    { key: 'a', value: { n: 1 } },
    { key: '\ud800', value: 3 },
  ]);
  await again.commit([put('a', 2)]);
  await again.close();
};

const damaged: Law = async ({ datasource, reopen, damage }) => {
  if (!reopen || !damage) return;
  await datasource.commit(['a', 'b', 'd'].map((key) => put(key, { key })));
  await datasource.close();
  await damage('c', 'b', '{"key":');
  const again = await reopen();
  await expect(again.get('c', 'b')).rejects.toEqual(failsWith('CORRUPT'));
  await expect(again.range('c')).rejects.toEqual(failsWith('CORRUPT'));
  const found: unknown[] = [];
  const entries = await again.range('c', { onDamaged: (each) => found.push(each) });
  expect(keysOf(entries)).toEqual(['a', 'd']);
  expect(found).toEqual([{ key: 'b', text: '{"key":' }]);
  await again.commit([put('b', 1)]);
  expect(await again.get('c', 'b')).toBe(1);
  await again.close();
};

/** A text with one of its bits turned over; what is ASCII stays so, that every store can keep it. */
function flipped(text: string, at: number, bit: number): string {
  return text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ (1 << bit)) + text.slice(at + 1);
}

const flippedBit: Law = async ({ datasource, reopen, stored }) => {
  if (!reopen || !stored) return;
  const value = { count: 1, text: 'kept' };
  await datasource.commit([put('000', value)]);
  await datasource.close();
  const [first = ''] = await stored.read('c', ['000']);
  const bits = first.length * 7;
  const keys = Array.from({ length: bits + 1 }, (_, n) => String(n).padStart(3, '0'));
  const writing = await reopen();
  await writing.commit(keys.map((key) => put(key, value)));
  await writing.close();
  const contents = await stored.read('c', keys);
  const flips = contents.map((content, n) => flipped(content, Math.floor(n / 7), n % 7));
  const moved = [...flips.slice(0, bits), contents[0] as string];
  await stored.write('c', new Map(keys.map((key, n) => [key, moved[n] as string])));
  const again = await reopen();
  const found: string[] = [];
  expect(await again.range('c', { onDamaged: ({ key }) => found.push(key) })).toEqual([]);
  expect(found).toEqual(keys);
  for (const key of keys) await expect(again.get('c', key)).rejects.toEqual(failsWith('CORRUPT'));
  await again.close();
};

const older: Law = async ({ datasource, reopen, stored }) => {
  if (!reopen || !stored) return;
  await datasource.commit(['a', 'b'].map((key) => put(key, 0)));
  await datasource.close();
  await stored.write('c', new Map([['a', '{"of":"an earlier program"}'], ['b', '-1']])); // prettier-ignore
  const again = await reopen();
  expect(await again.get('c', 'a')).toEqual({ of: 'an earlier program' });
  expect((await again.range('c')).map(({ value }) => value)).toEqual([{ of: 'an earlier program' }, -1]);
  await again.commit([put('a', 2)]);
  expect(await again.get('c', 'a')).toBe(2);
  await again.close();
};

const closed: Law = async ({ datasource }) => {
  await datasource.close();
  await datasource.close();
  await expect(datasource.get('c', 'k')).rejects.toEqual(failsWith('UNAVAILABLE'));
  await expect(datasource.range('c')).rejects.toEqual(failsWith('UNAVAILABLE'));
  await expect(datasource.commit([put('k', 1)])).rejects.toEqual(failsWith('UNAVAILABLE'));
};

const texts: Law = async ({ datasource }) => {
  const lines = '{"ids":[1],"more":"\u00e9",\n"states":[2]}';
  await datasource.commit([put('a', { x: 'y\nz' }), { ...put('b', lines), isText: true }]);
  const values = (await datasource.range('c', { asText: true })).map(({ value }) => value);
  expect(values).toEqual(['{"x":"y\\nz"}', lines]);
  expect(await datasource.get('c', 'b')).toEqual({ ids: [1], more: '\u00e9', states: [2] });
};

const LAWS: readonly (readonly [string, Law])[] = [
  ['DS1 what was committed is read; what was not is undefined', roundTrip],
  ['DS2 a refused commit changes nothing', atomicity],
  ['DS3 commits take effect and resolve in call order', callOrder],
  ['DS4 keys ascend by UTF-16 code unit', order],
  ['DS5 bounds are strict', bounds],
  ['DS6 a range has at most its limit, 1000 by default, and refuses another than 1..10000', limits],
  ['DS7 a range sees what came and what went; removing what is not there does nothing', removal],
  ['DS8 collections do not see each other', separateCollections],
  ['DS9 what was given or returned may be changed without changing the store', isolation],
  ['DS10 every JSON value comes back, and a key named __proto__ is data', awkwardValues],
  ['DS11 10,000 records fit one commit and are paged without gap or double', manyRecords],
  ['DS12 a commit made at the same time as a bad one stands', independence],
  ['DS13 what was committed is there after a reopen', durability],
  ['DS14 a closed store rejects with UNAVAILABLE', closed],
  [
    'DS15 a damaged record is CORRUPT, or told to whoever asks; the others are read, and it can be written anew',
    damaged,
  ],
  ['DS16 a flipped bit anywhere, or the record of another key, is damage and never another value', flippedBit],
  ['DS17 a record that an earlier program wrote without a sum is read as it is', older],
  ['DS18 JSON that is given as text is kept letter by letter, and a range gives texts to whoever asks', texts],
];

/** The laws of the `Datasource` port. An adapter runs them in its real environment; `setup` gives an empty store to each. */
export function describeDatasource(name: string, setup: () => Promise<DatasourceFixture>): void {
  describe(`${name} - datasource laws`, () => {
    test.for(LAWS)('%s', async ([, law], context) => {
      const fixture = await setup();
      try {
        if (law === damaged && !fixture.damage) context.skip('nobody else can get at the records of this process');
        if (law === flippedBit && !fixture.stored) context.skip('nobody else can get at the records of this process');
        if (law === older && !fixture.stored?.hasOlder) context.skip('it never kept records without a sum');
        if (law === durability && !fixture.reopen) context.skip('nothing outlives this process by design');
        await law(fixture);
      } finally {
        await fixture.dispose();
      }
    });
  });
}

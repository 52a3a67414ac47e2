import { expect, test } from 'vitest';

import { jsonSchemaOf } from './json-schema.ts';
import type { StandardSchema } from './standard-schema.ts';

const schema = (input?: (options: { readonly target: string }) => unknown): StandardSchema => ({
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) => ({ value }),
    ...(input === undefined ? {} : { jsonSchema: { input } }),
  },
});

test('json schema - what a schema takes is reported where its library says it', () => {
  const described = { $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object' };
  expect(jsonSchemaOf(schema(({ target }) => ({ ...described, title: target })))).toEqual({
    type: 'object',
    title: 'draft-2020-12',
  });
});

test.each([
  ['no schema', undefined],
  ['a library that does not describe', schema()],
  ['one that cannot describe this', schema(() => Promise.reject(new Error('late')).catch(() => undefined))],
  [
    'one that throws',
    schema(() => {
      throw new Error('a transform cannot be described');
    }),
  ],
  ['what is not plain', schema(() => ({ type: 'object', test: /x/ }))],
  ['too much', schema(() => ({ description: 'x'.repeat(20_000) }))],
])('json schema - %s is left to be any object', (_what, given) => {
  expect(jsonSchemaOf(given)).toBeUndefined();
});

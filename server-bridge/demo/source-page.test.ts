import { expect, test } from 'vitest';

import { createFixture } from '../http/app.fixture.ts';
import type { DemoControl } from '../demo-control.ts';
import { shownFiles, sourcePage } from './source-page.ts';

const addressOf = (file: string, find: string): string => `/api/demo/source?${new URLSearchParams({ file, find })}`;
const ask = (url: string) => createFixture({ demo: {} as DemoControl }).ask('GET', url);

test('source - a shown file is served with what begins at the text marked, and nothing it may run', async () => {
  const reply = await ask(addressOf('remotes/order/order.ts', 'function resolve('));
  expect([reply.statusCode, reply.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  expect(reply.headers['content-security-policy']).toMatch(
    /^default-src 'none'; img-src 'self'; style-src 'self' 'sha256-/,
  );
  const marked = [...reply.body.matchAll(/<span[^>]* class="marked">([^<]*)<\/span>/g)].map((match) => match[1] ?? '');
  expect(marked[0]).toContain('function resolve(');
  expect(marked.at(-1)).toBe('}');
  expect(marked.filter((line) => line.startsWith('function'))).toHaveLength(1);
  expect(reply.body).toContain('(input) =&gt; ({');
});

test.each([
  ['package.json', 'name'],
  ['.testudo/token', 'a'],
  ['../../etc/passwd', 'root'],
  ['remotes/order/../../.testudo/token', 'a'],
  ['/etc/passwd', 'root'],
  ['remotes/order/order.ts\0', 'function'],
  ['remotes%2Forder%2Forder.ts', 'function'],
  ['', 'function'],
])('source - %j is not shown', async (file, find) => {
  const reply = await ask(addressOf(file, find));
  expect([reply.statusCode, reply.json().error.code]).toEqual([404, 'NOT_FOUND']);
});

test('source - what is not in the file, and what was not asked for properly, is nowhere', async () => {
  expect((await ask(addressOf('remotes/order/order.ts', '<script>'))).body).not.toContain('<script>');
  for (const query of ['', '?file=remotes/order/order.ts', '?file=a&file=b&find=c'])
    expect((await ask(`/api/demo/source${query}`)).statusCode).toBe(404);
});

test('source - it is not there outside the demo', async () => {
  expect((await createFixture().ask('GET', addressOf('remotes/order/order.ts', 'x'))).statusCode).toBe(404);
});

test('source - every shown file is there', async () => {
  const pages = await Promise.all(shownFiles.map((file) => sourcePage({ file, find: 'import' })));
  expect(pages.every((page) => page.includes('id="marked"'))).toBe(true);
});

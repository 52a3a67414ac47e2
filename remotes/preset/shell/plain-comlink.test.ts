import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { afterAll, afterEach, expect, test } from 'vitest';

import type * as Comlink from 'comlink';

import plainComlink from './plain-comlink.ts';

type Plain = Pick<typeof Comlink, 'expose' | 'wrap' | 'releaseProxy'>;

const workspace = mkdtempSync(join(tmpdir(), 'testudo-comlink-'));
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

const source = readFileSync(
  join(dirname(createRequire(import.meta.url).resolve('comlink/package.json')), 'dist/esm/comlink.mjs'),
  'utf8',
);
const file = join(workspace, 'comlink.mjs');
writeFileSync(file, plainComlink(source).replace(/^\/\/# sourceMappingURL.*/m, ''));
const comlink = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as Plain;

const ports: MessagePort[] = [];
afterEach(() => ports.splice(0).forEach((port) => port.close()));

const service = {
  count: 1,
  add: (one: number, other: number): number => one + other,
  fail: (): never => {
    throw new TypeError('refused');
  },
};

function connect(): { readonly near: MessagePort; readonly far: MessagePort } {
  const { port1: near, port2: far } = new MessageChannel();
  ports.push(near, far);
  return { near, far };
}

test('an end calls, reads, is told what was thrown, and releases', async () => {
  const { near, far } = connect();
  comlink.expose({ ...service }, far as never);
  const remote = comlink.wrap<typeof service>(near as never);
  expect(await remote.add(2, 3)).toBe(5);
  expect(await remote.count).toBe(1);
  await expect(remote.fail()).rejects.toMatchObject({ name: 'TypeError', message: 'refused' });
  const closed = new Promise((resolve) => far.addEventListener('close', resolve));
  remote[comlink.releaseProxy]();
  await closed;
  expect(() => remote.add).toThrow('released');
});

test('nothing answers who would set a property, make an object, or ask for another endpoint', async () => {
  const { near, far } = connect();
  const exposed = { ...service, Made: Date };
  comlink.expose(exposed, far as never);
  const answers: unknown[] = [];
  const last = new Promise<void>((resolve) => {
    near.addEventListener('message', ({ data }: MessageEvent<{ readonly id: string }>) => {
      answers.push(data.id);
      if (data.id === 'last') resolve();
    });
  });
  near.start();
  const raw = { type: 'RAW', value: 7 };
  near.postMessage({ id: 'set', type: 'SET', path: ['count'], value: raw });
  near.postMessage({ id: 'construct', type: 'CONSTRUCT', path: ['Made'], argumentList: [raw] });
  near.postMessage({ id: 'endpoint', type: 'ENDPOINT', path: [] });
  near.postMessage({ id: 'last', type: 'APPLY', path: ['add'], argumentList: [raw, raw] });
  await last;
  expect(answers).toEqual(['last']);
  expect(exposed.count).toBe(1);
});

test('a comlink that looks otherwise is refused', () => {
  expect(() => plainComlink(source.replace('case "SET"', 'case "WRITE"'))).toThrow('comlink lacks');
});

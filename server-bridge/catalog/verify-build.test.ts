import { API_VERSION } from '@testudo/fabric/catalog/supported';
import type { TestudoError } from '@testudo/fabric/error';
import { expect, test } from 'vitest';

import { digestOf } from '../node-platform.ts';
import { verifyBuild } from './verify-build.ts';

const origin = 'http://localhost:9001';
const url = `${origin}/order/remote.json`;
const bytesOf = (text: string): ArrayBuffer => new TextEncoder().encode(text).buffer as ArrayBuffer;

/** An origin with one build, `b1`, whose entry is `code`. */
function lookupOf(code: string, served = code) {
  const file = { path: 'entry.js', integrity: digestOf(new TextEncoder().encode(code)), bytes: code.length };
  const sidecar = {
    ...{ name: 'order', kind: 'model', version: '1.0.0', build: 'b1', api: API_VERSION, mf: '2.9' },
    ...{ global: 'testudo_order_b1', entry: 'entry.js', exposes: ['./models'], files: [file], capabilities: {} },
  };
  const files = new Map([
    [url, JSON.stringify(sidecar)],
    [`${origin}/order/entry.js`, served],
  ]);
  return {
    fetchBytes: async (asked: string): Promise<ArrayBuffer> => bytesOf(files.get(asked) ?? ''),
    digest: async (bytes: ArrayBuffer | Uint8Array) => digestOf(bytes),
    allowsOrigin: (asked: string) => asked === origin,
  };
}

test('verify - all of a build is fetched and hashed; one of the same name may be another the next time', async () => {
  for (const code of ['/* one */', '/* two */']) {
    const { sidecar } = await verifyBuild(url, lookupOf(code));
    expect(sidecar).toMatchObject({ name: 'order', build: 'b1', files: [{ bytes: 9 }] });
  }
});

test('verify - a build that a deploy would refuse is refused', async () => {
  const altered = verifyBuild(url, lookupOf('/* one */', '/* two */'));
  await expect(altered).rejects.toMatchObject({ code: 'INTEGRITY_MISMATCH' } satisfies Partial<TestudoError>);
  const elsewhere = verifyBuild('http://localhost:9002/remote.json', lookupOf('x'));
  await expect(elsewhere).rejects.toMatchObject({ code: 'ORIGIN_NOT_ALLOWED' });
});

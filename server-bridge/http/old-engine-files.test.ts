import { expect, test } from 'vitest';

import { createFixture } from './app.fixture.ts';
import type { AppFixture } from './app.fixture.ts';

const environment = { TESTUDO_ENDPOINT_WAREHOUSE: 'http://localhost:9100/base' };
const old = { 'user-agent': 'Mozilla/5.0 (Web0S; Linux/SmartTV) Chrome/79.0.3945.79 Safari/537.36' };
const modern = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0.0.0 Safari/537.36' };

async function policyOf({ ask }: AppFixture, headers: typeof old): Promise<string> {
  return String((await ask('GET', '/store', { headers })).headers['content-security-policy']);
}

/** The digests that a page demands of its scripts, and the service worker of what it keeps. */
async function digests({ ask }: AppFixture, headers: typeof old): Promise<{ page: string; kept: string }> {
  const [page, worker] = [await ask('GET', '/', { headers }), await ask('GET', '/sw.js', { headers })];
  return {
    page: /shell\.js" integrity="([^"]+)"/.exec(page.body)?.[1] ?? 'none',
    kept: /"url":"\/shell\.js","revision":"\w+","integrity":"([^"]+)"/.exec(worker.body)?.[1] ?? 'missing',
  };
}

test('old engines - what starts a page or a worker begins with the polyfills, and nothing else does', async () => {
  const { ask } = createFixture();
  const bodyOf = async (path: string): Promise<string> => (await ask('GET', path, { headers: old })).body;
  for (const name of ['shell.js', 'host.js', 'realm.js'])
    expect(await bodyOf(`/${name}`)).toBe(`/* polyfills.js */\n/* ${name} */`);
  expect(await bodyOf('/sw.js')).toMatch(/^\/\* polyfills\.js \*\/\nprecache\(\[/);
  expect(await bodyOf('/update.js')).toBe('/* update.js */');
});

test('old engines - page and service worker demand the digest of what such an engine gets', async () => {
  const fixture = createFixture();
  const [ofOld, ofModern] = [await digests(fixture, old), await digests(fixture, modern)];
  expect(ofOld.page).toBe(ofOld.kept);
  expect(ofModern.page).toBe(ofModern.kept);
  expect(ofOld.page).not.toBe(ofModern.page);
});

test('old engines - their page allows a realm its blobs and the host its endpoints: the policy holds workers too', async () => {
  const policy = await policyOf(createFixture({ environment }), old);
  expect(policy).toMatch(/script-src [^;]* blob:;/);
  expect(policy).toMatch(/connect-src [^;]* http:\/\/localhost:9100 [^;]*;/);
  expect(policy).toContain("require-trusted-types-for 'script'");
});

test('modern engines - no blob, no endpoint in the page, and not a byte of polyfills anywhere', async () => {
  const fixture = createFixture({ environment });
  expect(await policyOf(fixture, modern)).not.toMatch(/blob:|localhost:9100/);
  for (const path of ['/', '/shell.js', '/host.js', '/realm.js', '/sw.js']) {
    const reply = await fixture.ask('GET', path, { headers: modern });
    expect(reply.body, path).not.toContain('polyfills');
    expect(reply.headers['vary'], path).toContain('user-agent');
  }
});

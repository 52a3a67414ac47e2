import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, expect, test } from 'vitest';

import { startChild } from './child-process.ts';
import type { Child, ChildOptions } from './child-process.ts';
import type { RemoteOriginsReady } from './remote-origins.ts';

const env = { TESTUDO_CONTROL_TOKEN: 'secret' };
const authorization = 'Bearer secret';
const children: Child<unknown>[] = [];
const logged: string[] = [];

async function run<Ready>(script: string, args: readonly string[]): Promise<Ready> {
  const options: ChildOptions = {
    name: script,
    script: join(import.meta.dirname, script),
    args,
    env,
    log: (line) => logged.push(line),
  };
  const child = await startChild<Ready>(options);
  children.push(child);
  return child.ready;
}

afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => child.stop()));
});

/** A request that no browser makes, and one that breaks off, are survived. */
async function expectNoHarm(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  const head = `Host: localhost\r\nAuthorization: ${authorization}\r\n`;
  socket.write(`GET // HTTP/1.1\r\n${head}\r\n`);
  expect(String((await once(socket, 'data'))[0])).toMatch(/^HTTP\/1.1 4/);
  const broken = connect(port, '127.0.0.1');
  broken.write(`POST /control HTTP/1.1\r\n${head}Content-Length: 100\r\n\r\nx`, () => broken.resetAndDestroy());
  await once(broken, 'close');
  socket.destroy();
}

test('remotes - each origin serves its builds to everybody, and one byte otherwise while it is told to', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'testudo-remotes-'));
  mkdirSync(join(directory, 'store/b1'), { recursive: true });
  writeFileSync(join(directory, 'store/b1/entry.js'), 'run();');
  writeFileSync(join(directory, 'store/b1/large.js'), 'run();'.repeat(999));
  const { remotes, controlPort } = await run<RemoteOriginsReady>('remote-origins.ts', [
    '--directory',
    directory,
    '--remotes',
    'store',
  ]);
  const url = `http://localhost:${remotes['store']}/b1/entry.js`;
  const tell = (path: string | null, token = authorization): Promise<Response> =>
    fetch(`http://localhost:${controlPort}/`, {
      method: 'POST',
      headers: { authorization: token },
      body: JSON.stringify({ remote: 'store', path }),
    });

  await expectNoHarm(remotes['store'] ?? 0);
  await expectNoHarm(controlPort);
  const plain = await fetch(url);
  expect(plain.headers.get('access-control-allow-origin')).toBe('*');
  expect(plain.headers.get('content-type')).toContain('text/javascript');
  expect(await plain.text()).toBe('run();');
  const large = await fetch(url.replace('entry', 'large'), { headers: { 'accept-encoding': 'gzip' } });
  expect(large.headers.get('content-encoding')).toBe('gzip');
  expect(await large.text()).toBe('run();'.repeat(999));
  expect((await tell('/b1/', 'Bearer guess')).status).toBe(403);
  expect((await tell('/b1/')).status).toBe(204);
  const altered = await fetch(url);
  expect(altered.headers.get('cache-control')).toBe('no-store');
  expect(await altered.text()).not.toBe('run();');
  await tell(null);
  expect(await (await fetch(url)).text()).toBe('run();');
  expect((await fetch(`http://localhost:${remotes['store']}/..%2f..%2fetc/passwd`)).status).toBe(404);
});

function effectsIn(log: string): readonly string[] {
  const lines = readFileSync(log, 'utf8').trim().split('\n');
  return lines.map((line) => (JSON.parse(line) as { effect: string }).effect);
}

test('warehouse - a repeated key gets the former answer, also after a restart, and mishaps befall the next calls', async () => {
  const log = join(mkdtempSync(join(tmpdir(), 'testudo-warehouse-')), 'calls.log');
  const pick = async (
    port: number,
    key: string,
    signal: AbortSignal | null = null,
  ): Promise<{ status: number; body: unknown }> => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': key };
    const init = { method: 'POST', headers, body: '{"orderId":"o"}', signal };
    const reply = await fetch(`http://localhost:${port}/picks`, init);
    return { status: reply.status, body: await reply.json() };
  };
  const first = await run<{ port: number }>('partners/warehouse.ts', ['--log', log]);
  await expectNoHarm(first.port);
  const answer = await pick(first.port, 'k1');
  expect(answer).toMatchObject({ status: 201, body: { shelf: expect.any(String), pickedAt: expect.any(Number) } });
  expect(await pick(first.port, 'k1')).toEqual({ status: 200, body: answer.body });
  const control = { method: 'POST', headers: { authorization }, body: '{"mishaps":["refused","unanswered"]}' };
  await fetch(`http://localhost:${first.port}/control`, control);
  expect((await pick(first.port, 'k2')).status).toBe(503);
  const waiting = new AbortController();
  const silent = pick(first.port, 'k2', waiting.signal);
  await expect.poll(() => effectsIn(log)).toContain('unanswered');
  waiting.abort();
  await expect(silent).rejects.toThrow('aborted');
  expect((await pick(first.port, 'k2')).status).toBe(201);
  await fetch(`http://localhost:${first.port}/control`, { ...control, body: '{"mishaps":["lost"],"act":"/picks"}' });
  const lost = new AbortController();
  const unheard = pick(first.port, 'k3', lost.signal);
  await expect.poll(() => effectsIn(log).filter((effect) => effect === 'first').length).toBe(3);
  lost.abort();
  await expect(unheard).rejects.toThrow('aborted');
  expect((await pick(first.port, 'k3')).status, 'done, though nobody heard of it').toBe(200);
  for (const body of ['{"mishaps":["fire"]}', '{"mishaps":[],"act":"/fires"}'])
    expect((await fetch(`http://localhost:${first.port}/control`, { ...control, body })).status).toBe(400);

  const second = await run<{ port: number }>('partners/warehouse.ts', ['--log', log]);
  expect(await pick(second.port, 'k1')).toEqual({ status: 200, body: answer.body });
  expect(effectsIn(log)).toEqual([
    'first',
    'repeated',
    'refused',
    'unanswered',
    'first',
    'first',
    'repeated',
    'repeated',
  ]);
});

test('carrier - tells of a delivery when there is one; mishaps befall the act that they are meant for', async () => {
  const log = join(mkdtempSync(join(tmpdir(), 'testudo-carrier-')), 'calls.log');
  const { port } = await run<{ port: number }>('partners/carrier.ts', ['--log', log]);
  const post = (path: string, key: string, headers: object = {}, body = '{"orderId":"o"}') =>
    fetch(`http://localhost:${port}${path}`, { method: 'POST', headers: { 'idempotency-key': key, ...headers }, body });
  const plan = '{"act":"/proofs","mishaps":["refused"]}';
  expect((await post('/control', '', { authorization }, plan)).status).toBe(204);
  const { trackId } = (await (await post('/tracks', 'k1')).json()) as { trackId: string };
  const news = (path: string) => fetch(`http://localhost:${port}/tracks/${path}`);
  expect(await (await news(trackId)).json()).toEqual({ status: 'moving' });
  expect(await (await news(`${trackId}?waitMs=5000`)).json()).toMatchObject({ status: 'delivered' });
  expect((await news('track-of-nobody')).status).toBe(404);
  expect((await post('/proofs', 'k2')).status).toBe(503);
  expect(await (await post('/proofs', 'k2')).json()).toMatchObject({ signedBy: expect.any(String) });
  expect((await post('/proofs/void', 'k2')).status).toBe(200);
  expect((await post('/proofs/void', 'k2')).status).toBe(200);
  expect(effectsIn(log)).toEqual(['first', 'refused', 'first', 'undone', 'repeated']);
});

test('child process - one that ends unasked is told, one that is stopped is not', async () => {
  await run('partners/warehouse.ts', ['--log', join(mkdtempSync(join(tmpdir(), 'testudo-warehouse-')), 'calls.log')]);
  await run('remote-origins.ts', []);
  const [killed, stopped] = children.slice(-2);
  logged.length = 0;
  process.kill(killed?.pid ?? 0, 'SIGKILL');
  await killed?.ended;
  await stopped?.stop();
  expect(logged).toEqual(['partners/warehouse.ts: ended by SIGKILL']);
});

test("child process - a terminal's Ctrl-C is its supervisor's to answer: it has a process group of its own", async () => {
  await run('remote-origins.ts', []);
  const pid = children.at(-1)?.pid ?? 0;
  const [, , group] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  expect(Number(group)).toBe(pid);
});

test('child process - one that ends before it is ready is told with its last words', async () => {
  await expect(
    run('device.ts', ['--server', 'http://localhost:1', '--data', mkdtempSync(join(tmpdir(), 'testudo-device-'))]),
  ).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining('http://localhost:1'),
  });
});

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { parseArgs } from 'node:util';

import { endWithParent } from '../../end-with-parent.ts';
import { answering } from '../answering.ts';
import { listenFrom } from '../listen.ts';
import { isAuthorized, readBody } from '../read-body.ts';

/** How a call goes wrong: with 503, or without any answer. */
export type Mishap = 'refused' | 'unanswered';

/** One line of the partner's log: a call with its idempotency key, and what it did. */
export interface WarehouseCall {
  readonly atMs: number;
  readonly key: string;
  /**
   * `first`: goods were picked; `returned`: picked goods went back; `repeated`: the former answer was given again; a
   * mishap: nothing was done
   */
  readonly effect: 'first' | 'returned' | 'repeated' | Mishap;
  readonly orderId: string;
}

interface Reply {
  readonly status: number;
  readonly body: object | null;
}

const { values } = parseArgs({ options: { port: { type: 'string' }, log: { type: 'string' } } });
const logFile = values.log ?? '.testudo/warehouse.log';
const token = process.env['TESTUDO_CONTROL_TOKEN'] ?? '';
const calls = existsSync(logFile) ? readFileSync(logFile, 'utf8').split('\n').filter(Boolean).map(parseCall) : [];
/** key -> when its goods were picked */
const pickedMs = new Map(calls.filter(({ effect }) => effect === 'first').map(({ key, atMs }) => [key, atMs]));
/** keys of returns that were taken */
const returned = new Set(calls.filter(({ effect }) => effect === 'returned').map(({ key }) => key));
/** what befalls the next calls, one each */
let mishaps: Mishap[] = [];

function parseCall(line: string): WarehouseCall {
  return JSON.parse(line) as WarehouseCall;
}

/** The partner's pick of a key is the same however often it is asked for. */
function pickOf(key: string, pickedAt: number): object {
  const digest = createHash('sha256').update(key).digest();
  const [aisle = 0, place = 0] = digest;
  return {
    pickId: `pick-${digest.toString('hex').slice(0, 8)}`,
    shelf: `${'ABCDEF'[aisle % 6]}-${1 + (place % 40)}`,
    pickedAt,
  };
}

function record(call: WarehouseCall): void {
  appendFileSync(logFile, `${JSON.stringify(call)}\n`, { mode: 0o600 });
  calls.push(call);
}

/** One call that may be repeated: noted with its effect, unless a mishap befalls it. */
async function repeatable(
  request: IncomingMessage,
  effectOf: (key: string) => Exclude<WarehouseCall['effect'], Mishap>,
): Promise<Reply | WarehouseCall> {
  const key = String(request.headers['idempotency-key'] ?? '');
  const body = await readBody(request);
  if (key === '' || body === null)
    return { status: 400, body: { message: 'a call needs an Idempotency-Key and a JSON body' } };
  const effect = mishaps.shift() ?? effectOf(key);
  const call: WarehouseCall = { atMs: Date.now(), key, effect, orderId: String(body['orderId'] ?? '') };
  record(call);
  if (effect === 'unanswered') await once(request.socket, 'close');
  if (isMishap(effect)) return { status: 503, body: { message: 'the warehouse is closed for a moment' } };
  return call;
}

async function pick(request: IncomingMessage): Promise<Reply> {
  const call = await repeatable(request, (key) => (pickedMs.has(key) ? 'repeated' : 'first'));
  if ('status' in call) return call;
  const { key, atMs, effect } = call;
  if (effect === 'first') pickedMs.set(key, atMs);
  return { status: effect === 'first' ? 201 : 200, body: pickOf(key, pickedMs.get(key) ?? atMs) };
}

async function takeBack(request: IncomingMessage): Promise<Reply> {
  const call = await repeatable(request, (key) => (returned.has(key) ? 'repeated' : 'returned'));
  if ('status' in call) return call;
  returned.add(call.key);
  return { status: 200, body: {} };
}

async function control(request: IncomingMessage): Promise<Reply> {
  if (token === '' || !isAuthorized(request, token)) return { status: 403, body: null };
  const wanted = (await readBody(request))?.['mishaps'];
  if (!Array.isArray(wanted) || !wanted.every(isMishap)) return { status: 400, body: null };
  mishaps = wanted;
  return { status: 204, body: null };
}

function isMishap(word: unknown): word is Mishap {
  return word === 'refused' || word === 'unanswered';
}

async function answer(request: IncomingMessage): Promise<Reply> {
  const pathname = URL.parse(request.url ?? '/', 'http://localhost')?.pathname;
  if (pathname === undefined) return { status: 400, body: null };
  if (request.method === 'OPTIONS') return { status: 204, body: null };
  if (request.method === 'POST' && pathname === '/picks') return pick(request);
  if (request.method === 'POST' && pathname === '/returns') return takeBack(request);
  if (request.method === 'POST' && pathname === '/control') return control(request);
  if (request.method === 'GET' && pathname === '/log') return { status: 200, body: calls };
  return { status: 404, body: null };
}

const server = createServer(
  answering(async (request, response) => {
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('access-control-allow-methods', 'GET, POST');
    response.setHeader('access-control-allow-headers', 'content-type, idempotency-key');
    response.setHeader('access-control-max-age', '600');
    const { status, body } = await answer(request);
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(body === null ? undefined : JSON.stringify(body));
  }),
);
const port = await listenFrom(server, Number(values.port ?? '0'));
endWithParent(() => process.exit(0));
console.log(JSON.stringify({ port }));

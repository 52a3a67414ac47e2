import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { parseArgs } from 'node:util';

import { endWithParent } from '../../end-with-parent.ts';
import { answering } from '../answering.ts';
import { listenFrom } from '../listen.ts';
import { isAuthorized, readBody } from '../read-body.ts';
import { createCallBacks } from './call-back.ts';
import type { CallBacks } from './call-back.ts';
import { isMishap } from './partner-call.ts';
import type { Mishap, PartnerCall } from './partner-call.ts';
import { openLog } from './partner-log.ts';
import type { PartnerLog } from './partner-log.ts';

/** Something that a partner does when it is asked, once a key however often it is asked. */
export interface PartnerAct {
  readonly effect: 'first' | 'undone';
  /** the same for the same key and time */
  answer(key: string, doneMs: number): object;
  /** what the partner does by itself once it was done, and tells by its call-backs */
  follow?(call: PartnerCall, office: Pick<Office, 'log' | 'callBacks'>): Promise<void>;
}

/** What one partner is. */
export interface Partner {
  readonly name: string;
  /** by path */
  readonly acts: { readonly [path: string]: PartnerAct };
  /** Answers a question, which changes nothing; `null` for an unknown one. */
  tell?(url: URL, log: PartnerLog): Promise<object | null>;
}

interface Reply {
  readonly status: number;
  readonly body: object | null;
}

/** A name that a partner gives to what it does for a key, always the same one. */
export function nameFor(kind: string, key: string): string {
  return `${kind}-${createHash('sha256').update(key).digest('hex').slice(0, 8)}`;
}

/** The mishaps that befall a partner's next calls, one each; each act has its own, `''` stands for all. */
class Mishaps {
  readonly #waiting = new Map<string, readonly Mishap[]>();

  set(act: string, mishaps: readonly Mishap[]): void {
    if (act === '') this.#waiting.clear();
    this.#waiting.set(act, mishaps);
  }

  take(act: string): Mishap | undefined {
    const from = [act, ''].find((name) => this.#waiting.get(name)?.length);
    if (from === undefined) return undefined;
    const [next, ...left] = this.#waiting.get(from) ?? [];
    this.#waiting.set(from, left);
    return next;
  }
}

/** Runs a partner as this process: `--port`, `--log`; the variable `TESTUDO_CONTROL_TOKEN` lets it be told to fail. */
export async function servePartner(partner: Partner): Promise<void> {
  const { values } = parseArgs({ options: { port: { type: 'string' }, log: { type: 'string' } } });
  const log = openLog(values.log ?? `.testudo/${partner.name}.log`);
  const office: Office = { partner, log, mishaps: new Mishaps(), callBacks: createCallBacks(partner.name) };
  const server = createServer(
    answering(async (request, response) => {
      response.setHeader('access-control-allow-origin', '*');
      response.setHeader('access-control-allow-methods', 'GET, POST');
      response.setHeader('access-control-allow-headers', 'content-type, idempotency-key');
      response.setHeader('access-control-max-age', '600');
      const { status, body } = await answer(request, office);
      response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(body === null ? undefined : JSON.stringify(body));
    }),
  );
  const port = await listenFrom(server, Number(values.port ?? '0'));
  endWithParent(() => process.exit(0));
  console.log(JSON.stringify({ port }));
}

interface Office {
  readonly partner: Partner;
  readonly log: PartnerLog;
  readonly mishaps: Mishaps;
  readonly callBacks: CallBacks;
}

async function answer(request: IncomingMessage, office: Office): Promise<Reply> {
  const { partner, log } = office;
  const url = URL.parse(request.url ?? '/', 'http://localhost');
  if (url === null) return { status: 400, body: null };
  if (request.method === 'OPTIONS') return { status: 204, body: null };
  if (request.method === 'POST' && url.pathname === '/control') return control(request, office);
  if (request.method === 'POST' && Object.hasOwn(partner.acts, url.pathname)) return act(request, url.pathname, office);
  if (request.method !== 'GET') return { status: 404, body: null };
  const told = url.pathname === '/log' ? log.calls : ((await partner.tell?.(url, log)) ?? null);
  return { status: told === null ? 404 : 200, body: told };
}

/** One call that may be repeated: noted with its effect, unless a mishap befalls it. */
async function act(request: IncomingMessage, path: string, office: Office): Promise<Reply> {
  const { partner, log, mishaps } = office;
  const key = String(request.headers['idempotency-key'] ?? '');
  const body = await readBody(request);
  const wanted = partner.acts[path];
  if (key === '' || body === null || wanted === undefined)
    return { status: 400, body: { message: 'a call needs an Idempotency-Key and a JSON body' } };
  const formerMs = log.effectMs(path, key);
  const mishap = mishaps.take(path);
  const usual = formerMs === undefined ? wanted.effect : 'repeated';
  const effect = mishap === undefined || mishap === 'lost' ? usual : mishap;
  const call: PartnerCall = { atMs: Date.now(), act: path, key, effect, orderId: String(body['orderId'] ?? '') };
  log.record(call);
  if (effect === wanted.effect) void wanted.follow?.(call, office).catch((error: unknown) => console.error(error));
  if (mishap === 'unanswered' || mishap === 'lost') await once(request.socket, 'close');
  if (mishap !== undefined) return { status: 503, body: { message: `the ${partner.name} is closed for a moment` } };
  return { status: effect === 'first' ? 201 : 200, body: wanted.answer(key, formerMs ?? call.atMs) };
}

/** Has the next calls of an act go wrong (`mishaps`, `act`), or says where call-backs go (`callBack`). */
async function control(request: IncomingMessage, { partner: { acts }, mishaps, callBacks }: Office): Promise<Reply> {
  const token = process.env['TESTUDO_CONTROL_TOKEN'] ?? '';
  if (token === '' || !isAuthorized(request, token)) return { status: 403, body: null };
  const { act: path = '', mishaps: wanted, callBack } = (await readBody(request)) ?? {};
  const isKnown = typeof path === 'string' && (path === '' || Object.hasOwn(acts, path));
  if (typeof callBack === 'string') callBacks.register(callBack);
  else if (isKnown && Array.isArray(wanted) && wanted.every(isMishap)) mishaps.set(path, wanted);
  else return { status: 400, body: null };
  return { status: 204, body: null };
}

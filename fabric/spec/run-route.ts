import { hasCode, TestudoError, toWire } from '../error.ts';
import type { Plain, PlainRecord } from '../plain.ts';
import { deepFreeze } from '../record/deep-freeze.ts';
import type { ObjectState } from '../record/object-state.ts';
import { checkPlain } from './check-plain.ts';
import { runModelCode } from './model-code.ts';
import type { ModelSpec } from './model-spec.ts';
import type { RouteMethod } from './operations.ts';
import type { RouteAnswer, RouteAsk, RouteCall } from './route-call.ts';
import type { RoutePorts, RouteReply } from './route-spec.ts';

/** Characters of JSON that a route may answer. */
const maxAnswerLength = 1024 * 1024;

/**
 * Runs a route's handler over plain data. What it answers first counts; one that answers nothing by `res` answers what
 * it returns.
 * @param ask asks the host, in the name of the caller
 * @throws TestudoError what the handler throws, `VALIDATION` with its message where that has no code of ours
 */
export async function runRoute(
  spec: ModelSpec,
  { route, request }: RouteCall,
  ask: (request: RouteAsk) => Promise<Plain>,
): Promise<RouteAnswer> {
  const method = request.method.toLowerCase() as RouteMethod;
  const declared = spec.routes?.find(({ path }) => path === route);
  const handler = declared && Object.prototype.hasOwnProperty.call(declared, method) ? declared[method] : undefined;
  if (handler === undefined)
    throw new TestudoError('METHOD_UNKNOWN', `${spec.modelName} has no route ${request.method} ${route} in this build`);
  const what = `${spec.modelName} ${request.method} ${route}`;
  const reply = new Reply(what);
  const given = await answering(what, async () =>
    handler(deepFreeze(request), reply, portsOf(spec.modelName, method, ask)),
  );
  return reply.sent ?? answerOf(what, 200, given === undefined ? null : given);
}

/** What the host refuses the handler is its caller's to know, with its code. */
async function answering(what: string, run: () => Promise<unknown>): Promise<unknown> {
  try {
    return await run();
  } catch (error) {
    if (hasCode(error)) throw error;
    return runModelCode(what, () => Promise.reject(error));
  }
}

class Reply implements RouteReply {
  sent: RouteAnswer | undefined;
  readonly #what: string;
  #status = 200;

  constructor(what: string) {
    this.#what = what;
  }

  status(code: number): RouteReply {
    if (!Number.isInteger(code) || code < 200 || code > 599)
      throw new TestudoError('VALIDATION', `${this.#what}: a status is 200 to 599, not ${String(code).slice(0, 20)}`);
    this.#status = code;
    return this;
  }

  json(body: Plain): void {
    this.sent ??= answerOf(this.#what, this.#status, body);
  }

  send(body?: Plain): void {
    const none = { status: this.#status, type: 'none', body: null } as const;
    const type = typeof body === 'string' ? 'text' : 'json';
    this.sent ??= body === undefined ? none : { ...answerOf(this.#what, this.#status, body), type };
  }
}

function answerOf(what: string, status: number, given: unknown): RouteAnswer {
  const body = plainAnswer(what, given);
  if (JSON.stringify(body).length <= maxAnswerLength) return { status, type: 'json', body };
  throw new TestudoError('INTERNAL', `${what} answers more than ${maxAnswerLength} characters; answer a page of it`);
}

/** What is wrong with an answer is no fault of who asked. */
function plainAnswer(what: string, given: unknown): Plain {
  try {
    return checkPlain(given, `${what} answer`);
  } catch (cause) {
    throw new TestudoError('INTERNAL', toWire(cause).message, { cause });
  }
}

/** A `get` is safe: pages of any origin may lead a browser to it. */
function portsOf(modelName: string, method: RouteMethod, ask: (request: RouteAsk) => Promise<Plain>): RoutePorts {
  const change = async (request: RouteAsk): Promise<Plain> => {
    if (method !== 'get') return ask(request);
    throw new TestudoError('METHOD_UNKNOWN', `a get of ${modelName} changes nothing; declare the route as post`);
  };
  const write = async (request: Omit<RouteAsk & { readonly type: 'write' }, 'type' | 'modelName'>) =>
    objectOf(((await change({ type: 'write', modelName, ...request })) as unknown as Written).state);
  return Object.freeze({
    createModel: (input: PlainRecord) => write({ kind: 'create', input }),
    editModel: (id: string, changes: PlainRecord) => write({ kind: 'update', id, input: changes }),
    removeModel: (id: string) => write({ kind: 'delete', id, input: null }),
    findModel: async (id: string) => objectOf((await ask({ type: 'find', modelName, id })) as unknown as ObjectState),
    async listModels(query: PlainRecord = {}) {
      const page = (await ask({ type: 'list', modelName, query })) as unknown as { objects: readonly ObjectState[] };
      return page.objects.map(objectOf);
    },
    async invokePort(id: string, port: string, ...args: Plain[]) {
      return (await change({ type: 'call', modelName, id, port, args })) as PlainRecord;
    },
    async emitEvent(name: string, id: string, payload: Plain = null) {
      await change({ type: 'emit', modelName, id, name, payload });
      return null;
    },
  });
}

interface Written {
  readonly state: ObjectState;
}

function objectOf({ id, modelName, version, fields }: ObjectState): PlainRecord {
  return { ...fields, id, modelName, version };
}

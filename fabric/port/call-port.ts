import { toWire, TestudoError } from '../error.ts';
import { describeFailure } from '../spec/remote-failure.ts';
import type { PlainRecord } from '../plain.ts';
import type { Platform } from '../platform.ts';
import { diff } from '../record/merge.ts';
import { checkPlainRecord } from '../spec/check-plain.ts';
import { andThen, isThenable, type MaybePromise } from '../spec/maybe-promise.ts';
import { runModelCode } from '../spec/model-code.ts';
import { fieldsAfter, modelObject } from '../spec/model-object.ts';
import { checkPortWrites } from '../spec/port-writes.ts';
import type { Adapter, PortSpec } from '../spec/port-spec.ts';
import type { ModelObject } from '../spec/model-object-api.ts';
import type { ModelSpec } from '../spec/model-spec.ts';
import type { ObjectScope } from '../spec/object-scope.ts';
import type { PortOutcome, PortRequest } from './port-api.ts';
import { within } from './within.ts';

/** An adapter with the service that it is bound to (`undefined` for a port that names none). */
export interface BoundPort {
  readonly adapter: Adapter;
  readonly service: unknown;
}

/** What a call is made with. */
export interface CallOptions {
  readonly bound: BoundPort;
  readonly platform: Pick<Platform, 'timer'>;
  readonly scopes?: CallScopes;
}

/** What the objects of one call reach: the adapter's may write, the callback's may read. */
export interface CallScopes {
  readonly live: ObjectScope;
  readonly pure: ObjectScope;
  /** Saves what the adapter has queued and not saved. */
  flush(): Promise<unknown>;
}

/**
 * One attempt of one port: the adapter's result, and the change that it makes to the object.
 * @throws TestudoError `PORT_TIMEOUT`; `PORT_FAILED` with the adapter's message, `data.retryable` saying whether another
 * attempt may help; `VALIDATION` with `data.isAnswered` when the port's callback refuses the result; `METHOD_UNKNOWN`
 */
export async function callPort(
  spec: ModelSpec,
  request: PortRequest,
  options: CallOptions,
): Promise<Pick<PortOutcome, 'result' | 'patch'>> {
  const port = portOf(spec, request.port);
  const { scopes } = options;
  const result = await attempt(modelObject(request, scopes?.live), request, options);
  try {
    await scopes?.flush();
    const model = modelObject(request, scopes?.pure);
    const patch = diff(model.fields, await nextFields(port, model, result));
    checkPortWrites(spec, request.port, patch);
    return { result, patch };
  } catch (error) {
    throw answered(error);
  }
}

/** What refuses an answer: the partner has done what he was asked. */
function answered(error: unknown): TestudoError {
  const { code, message, data } = toWire(error);
  return new TestudoError(code, message, { cause: error, data: { ...data, isAnswered: true } });
}

/** A port of a model that may be called. @throws TestudoError `METHOD_UNKNOWN` */
export function portOf(spec: ModelSpec, name: string): PortSpec {
  const port = Object.prototype.hasOwnProperty.call(spec.ports ?? {}, name) ? spec.ports?.[name] : undefined;
  if (port !== undefined && port.disabled !== true) return port;
  const problem = port === undefined ? `has no port ${name}` : `has its port ${name} disabled`;
  throw new TestudoError('METHOD_UNKNOWN', `${spec.modelName} ${problem}`);
}

async function attempt(
  model: ModelObject,
  request: PortRequest,
  { bound, platform }: CallOptions,
): Promise<PlainRecord> {
  const { modelName, port, args, idempotencyKey, timeoutMs } = request;
  const what = `${modelName}.${port}`;
  const controller = new AbortController();
  const { signal } = controller;
  try {
    const given: unknown = bound.adapter(bound.service)({ model, port, args, idempotencyKey, signal });
    const expire = (): TestudoError => expired(what, timeoutMs, controller);
    const result = isThenable(given) ? await within(Promise.resolve(given), { timeoutMs, platform, expire }) : given;
    return checkPlainRecord(result, `${what} result`);
  } catch (error) {
    throw signal.aborted && error === signal.reason ? error : asPortFailure(what, error);
  }
}

function expired(what: string, timeoutMs: number, controller: AbortController): TestudoError {
  const error = new TestudoError('PORT_TIMEOUT', `${what} gave no answer within ${timeoutMs} ms; is its partner up?`);
  controller.abort(error);
  return error;
}

/** Keeps the message; the partner's word on a retry goes before that of the code. Never throws, whatever was thrown. */
export function asPortFailure(what: string, error: unknown): TestudoError {
  const { code, message } = describeFailure(error, 'PORT_FAILED');
  return new TestudoError('PORT_FAILED', `${what}: ${message}`, {
    cause: error,
    data: { retryable: retryHint(error) ?? code === 'PORT_FAILED', code },
  });
}

/** What another port's failure says of itself goes before what its code says. */
function retryHint(error: unknown): boolean | undefined {
  try {
    const { retryable, data } = error as { retryable?: unknown; data?: { retryable?: unknown } };
    return [data?.retryable, retryable].find((hint) => typeof hint === 'boolean');
  } catch {
    return undefined;
  }
}

function nextFields({ callback, keys }: PortSpec, model: ModelObject, result: PlainRecord): MaybePromise<PlainRecord> {
  const what = `${model.getName()} callback`;
  if (callback === undefined) return fieldsAfter(what, model.fields, keys === undefined ? result : pick(result, keys));
  const given = runModelCode(what, () => callback({ model }, result));
  return andThen(given, (outcome) => fieldsAfter(what, model.fields, outcome));
}

function pick(result: PlainRecord, keys: string | readonly string[]): PlainRecord {
  const wanted = typeof keys === 'string' ? [keys] : keys;
  return Object.keys(result)
    .filter((key) => wanted.includes(key))
    .reduce<PlainRecord>((picked, key) => ({ ...picked, [key]: result[key] as PlainRecord[string] }), {});
}

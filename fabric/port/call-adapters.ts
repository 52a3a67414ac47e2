import { fromWire, settle, TestudoError, type Result, type WireError } from '../error.ts';
import type { PlainRecord } from '../plain.ts';
import type { Platform } from '../platform.ts';
import { answerOf } from '../spec/answer-of.ts';
import { checkPlainRecord } from '../spec/check-plain.ts';
import { isThenable } from '../spec/maybe-promise.ts';
import type { ModelObject } from '../spec/model-object-api.ts';
import type { Adapter } from '../spec/port-spec.ts';
import { describeFailure } from '../spec/remote-failure.ts';
import type { PortRequest } from './port-api.ts';
import { within } from './within.ts';

/** An adapter under the name that it is bound by: `remote#export`. */
export interface NamedAdapter {
  readonly name: string;
  readonly adapter: Adapter;
  /** it runs in another realm: what it throws is the port's own error already, or says that the call was not made */
  readonly isElsewhere?: true;
}

/** The adapters of a port with the service that they are bound to (`undefined` for a port that names none). */
export interface BoundPort {
  readonly adapters: readonly NamedAdapter[];
  readonly service: unknown;
}

/** What a call is made with. */
export interface CallOptions {
  readonly bound: BoundPort;
  readonly platform: Pick<Platform, 'timer'>;
}

/**
 * Calls all adapters of a port at once; their results are one, in which a later adapter's fields win. The first has the
 * request's idempotency key, the others `<key>.1` and so on, so that an attempt may repeat what another one has done.
 * @throws TestudoError one adapter's failure, once all have ended (`PORT_TIMEOUT` before others, the first one else); `data.retryable` says whether
 * every one that failed may be tried again, `data.isAnswered` whether one of them has done what it was asked
 */
export function callAdapters(model: ModelObject, request: PortRequest, options: CallOptions): Promise<PlainRecord> {
  const { bound, platform } = options;
  const [only, ...others] = bound.adapters;
  if (only === undefined || others.length > 0) return callAll(model, request, options);
  return callOne(model, request, { named: only, service: bound.service, platform });
}

async function callAll(
  model: ModelObject,
  request: PortRequest,
  { bound: { adapters, service }, platform }: CallOptions,
): Promise<PlainRecord> {
  const outcomes = await Promise.all(
    adapters.map((named, index) => {
      const idempotencyKey = index === 0 ? request.idempotencyKey : `${request.idempotencyKey}.${index}`;
      const call = { named, service, platform, isOneOfMany: true };
      return settle(() => callOne(model, { ...request, idempotencyKey }, call), 'PORT_FAILED');
    }),
  );
  return merged(outcomes);
}

function merged(outcomes: readonly Result<PlainRecord>[]): PlainRecord {
  const errors = outcomes.reduce<WireError[]>((all, outcome) => (outcome.ok ? all : all.concat(outcome.error)), []);
  const first = errors.find(({ code }) => code === 'PORT_TIMEOUT') ?? errors[0];
  if (first === undefined)
    return outcomes.reduce<PlainRecord>((all, outcome) => (outcome.ok ? { ...all, ...outcome.value } : all), {});
  const isAnswered = errors.length < outcomes.length;
  const retryable = errors.every(({ data }) => data?.['retryable'] !== false);
  throw fromWire({ ...first, data: { ...first.data, retryable, ...(isAnswered ? { isAnswered } : {}) } });
}

interface OneCall {
  readonly named: NamedAdapter;
  readonly service: unknown;
  readonly platform: CallOptions['platform'];
  readonly isOneOfMany?: boolean;
}

async function callOne(
  model: ModelObject,
  request: PortRequest,
  { named, service, platform, isOneOfMany }: OneCall,
): Promise<PlainRecord> {
  const { modelName, port, args, idempotencyKey, timeoutMs } = request;
  const what = isOneOfMany ? `${modelName}.${port} (${named.name})` : `${modelName}.${port}`;
  const controller = new AbortController();
  const { signal } = controller;
  try {
    const run = named.adapter(service);
    const call = { model, port, args, idempotencyKey, signal };
    const given: unknown = run.length > 1 ? answerOf((answer) => run(call, answer)) : run(call);
    const expire = (): TestudoError => expired(what, timeoutMs, controller);
    const result = isThenable(given) ? await within(Promise.resolve(given), { timeoutMs, platform, expire }) : given;
    return checkPlainRecord(result, `${what} result`);
  } catch (error) {
    if (named.isElsewhere || (signal.aborted && error === signal.reason)) throw error;
    throw asPortFailure(what, error);
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

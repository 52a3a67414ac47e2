import { toWire, TestudoError } from '../error.ts';
import type { PlainRecord } from '../plain.ts';
import { diff, diffOf } from '../record/diff.ts';
import type { Patch } from '../record/patch.ts';
import { unlimited, type HookLimit } from '../spec/hook-limit.ts';
import type { MaybePromise } from '../spec/maybe-promise.ts';
import { runModelCode } from '../spec/model-code.ts';
import { fieldsAfter, modelObject, objectOf } from '../spec/model-object.ts';
import { checkPortWrites } from '../spec/port-writes.ts';
import type { PortSpec } from '../spec/port-spec.ts';
import type { ModelSpec } from '../spec/model-spec.ts';
import type { ObjectScope } from '../spec/object-scope.ts';
import { callAdapters, type CallOptions } from './call-adapters.ts';
import type { PortOutcome, PortRequest } from './port-api.ts';

/** What a port's call is made with. */
export interface PortCallOptions extends CallOptions {
  readonly scopes?: CallScopes;
  /** bounds the port's callback */
  readonly limit?: HookLimit;
}

/** What the objects of one call reach: the adapter's may write, the callback's may read. */
export interface CallScopes {
  readonly live: ObjectScope;
  readonly pure: ObjectScope;
  /** Saves what the adapter has queued and not saved. */
  flush(): Promise<unknown>;
}

/**
 * One attempt of one port: the result of its adapters, and the change that it makes to the object.
 * @throws TestudoError `PORT_TIMEOUT`; `PORT_FAILED` with the adapter's message, `data.retryable` saying whether another
 * attempt may help; `VALIDATION` with `data.isAnswered` when the port's callback refuses the result; `METHOD_UNKNOWN`
 */
export async function callPort(
  spec: ModelSpec,
  request: PortRequest,
  options: PortCallOptions,
): Promise<Pick<PortOutcome, 'result' | 'patch'>> {
  const port = portOf(spec, request.port, request.isEnabled);
  const { scopes } = options;
  const model = modelObject(request, scopes?.live);
  const result = await callAdapters(model, request, options);
  try {
    if (scopes) await scopes.flush();
    const patch =
      port.callback === undefined
        ? diffOf(model.fields, port.keys === undefined ? result : pick(result, port.keys))
        : await patchByCallback(port.callback, model.fields, { request, result, options });
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

/** A port of a model that may be called; the host's configuration may enable one. @throws TestudoError `METHOD_UNKNOWN` */
export function portOf(spec: ModelSpec, name: string, isEnabled = false): PortSpec {
  const port = Object.prototype.hasOwnProperty.call(spec.ports ?? {}, name) ? spec.ports?.[name] : undefined;
  if (port !== undefined && (isEnabled || port.disabled !== true)) return port;
  const problem = port === undefined ? `has no port ${name}` : `has its port ${name} disabled`;
  throw new TestudoError('METHOD_UNKNOWN', `${spec.modelName} ${problem}`);
}

interface Answer {
  readonly request: PortRequest;
  readonly result: PlainRecord;
  readonly options: PortCallOptions;
}

/** What the port's callback makes of the object, which it may read by and not write. */
async function patchByCallback(
  callback: NonNullable<PortSpec['callback']>,
  fields: PlainRecord,
  { request, result, options: { scopes, limit = unlimited } }: Answer,
): Promise<Patch> {
  const model = objectOf(request, fields, scopes?.pure);
  const what = `${request.modelName} callback`;
  const run = (): MaybePromise<unknown> => runModelCode(what, () => callback({ model }, result));
  const given = await limit(`${request.modelName}.${request.port} callback`, run);
  return diff(fields, fieldsAfter(what, fields, given));
}

function pick(result: PlainRecord, keys: string | readonly string[]): PlainRecord {
  const wanted = typeof keys === 'string' ? [keys] : keys;
  return Object.keys(result)
    .filter((key) => wanted.includes(key))
    .reduce<PlainRecord>((picked, key) => ({ ...picked, [key]: result[key] as PlainRecord[string] }), {});
}

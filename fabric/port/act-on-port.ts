import { TestudoError } from '../error.ts';
import type { Plain, PlainRecord } from '../plain.ts';
import { diff } from '../record/diff.ts';
import { applyPatch } from '../record/merge.ts';
import { checkPlainRecord } from '../spec/check-plain.ts';
import { unlimited } from '../spec/hook-limit.ts';
import { loadFields } from '../spec/load-fields.ts';
import { andThen, type MaybePromise } from '../spec/maybe-promise.ts';
import { runModelCode } from '../spec/model-code.ts';
import { fieldsAfter, modelObject } from '../spec/model-object.ts';
import type { ModelSpec } from '../spec/model-spec.ts';
import { objectForm } from '../spec/object-form.ts';
import type { Adapter, PortCall, PortSpec, UndoCall } from '../spec/port-spec.ts';
import { checkPortWrites, writesOf } from '../spec/port-writes.ts';
import { patchFrom } from '../spec/upcast.ts';
import { asPortFailure, type BoundPort } from './call-adapters.ts';
import { callPort, portOf, type PortCallOptions } from './call-port.ts';
import type { PortOutcome, PortRequest } from './port-api.ts';
import { within } from './within.ts';

/** What an act on a port is done with. */
export interface ActOptions extends Omit<PortCallOptions, 'bound'> {
  /** Runs something with a port's adapters, which stay loaded meanwhile. @throws TestudoError `ADAPTER_MISSING` */
  use<T>(port: string, run: (bound: BoundPort) => Promise<T>): Promise<T>;
  /** whether configuration binds the port to an adapter */
  isBound(port: string): boolean;
}

type Outcome = Pick<PortOutcome, 'result' | 'patch'>;

/**
 * Does once what is asked of a port (`request.act`): calls it, takes it back, answers in its place, or says what its
 * failure makes of the object. @throws as `callPort`
 */
export function actOnPort(spec: ModelSpec, request: PortRequest, options: ActOptions): MaybePromise<Outcome> {
  const stored = request.fields;
  const loaded = loadFields(spec, request, { from: request.currentSchema, scope: options.scopes?.pure });
  if (loaded === stored) return act(spec, request, options);
  return andThen(loaded, async (fields) => {
    const { result, patch } = await act(spec, { ...request, fields }, options);
    return { result, patch: patchFrom(stored, fields, applyPatch(fields, patch)) };
  });
}

async function act(spec: ModelSpec, request: PortRequest, options: ActOptions): Promise<Outcome> {
  const port = portOf(spec, request.port, request.isEnabled);
  switch (request.act ?? 'call') {
    case 'call':
      return isReceiver(port) && !options.isBound(request.port)
        ? received(spec, request, options)
        : callBound(spec, request, options);
    case 'undo':
      return undo(spec, request, options);
    case 'fallback': {
      const answer = port.circuitBreaker?.[request.cause ?? 'default']?.fallbackFn;
      if (answer === undefined) throw lacks(request, 'fallbackFn');
      return callPort(spec, request, { ...options, bound: answering('fallbackFn', answer) });
    }
    case 'failed':
      return failed(spec, request, options);
  }
}

/** Whether a port says itself what becomes of what it is handed from outside; then it needs no adapter. */
function isReceiver(port: PortSpec): boolean {
  return port.type === 'inbound' && (port.callback !== undefined || writesOf(port) !== undefined);
}

/** What such a port is handed is its result. */
async function received(spec: ModelSpec, request: PortRequest, options: ActOptions): Promise<Outcome> {
  const given = checkPlainRecord(request.args[0] ?? {}, `${request.modelName}.${request.port} input`);
  return callPort(spec, request, { ...options, bound: answering('input', () => given) });
}

function callBound(spec: ModelSpec, request: PortRequest, options: ActOptions): Promise<Outcome> {
  return options.use(request.port, (bound) => callPort(spec, request, { ...options, bound: inForm(spec, bound) }));
}

/** Adapters that are called with the object as the model's code sees it. */
function inForm(spec: ModelSpec, bound: BoundPort): BoundPort {
  const form = spec[objectForm];
  if (form === undefined) return bound;
  const formed = (adapter: Adapter): Adapter => {
    return (service) => {
      const run = adapter(service);
      return (call: PortCall) => form.call(run, call) as PlainRecord;
    };
  };
  return { ...bound, adapters: bound.adapters.map(({ name, adapter }) => ({ name, adapter: formed(adapter) })) };
}

async function undo(spec: ModelSpec, request: PortRequest, options: ActOptions): Promise<Outcome> {
  const { undo: way } = portOf(spec, request.port, request.isEnabled);
  if (way === undefined) throw lacks(request, 'undo');
  if (typeof way === 'string') return callBound(spec, { ...request, port: way }, options);
  return changed(spec, request, await runUndo(way, spec, request, options));
}

/** All of an undo's calls have the time of one attempt of its port. */
async function runUndo(
  way: (call: UndoCall) => unknown,
  spec: ModelSpec,
  request: PortRequest,
  options: ActOptions,
): Promise<unknown> {
  const { modelName, port, idempotencyKey, timeoutMs } = request;
  const what = `${modelName}.${port} undo`;
  const controller = new AbortController();
  const expire = (): TestudoError => {
    const error = new TestudoError('PORT_TIMEOUT', `${what} was not through within ${timeoutMs} ms`);
    controller.abort(error);
    return error;
  };
  let calls = 0;
  const call = async (name: string, ...args: readonly Plain[]): Promise<PlainRecord> => {
    const key = `${idempotencyKey}.${name}.${(calls += 1)}`;
    return (await callBound(spec, { ...request, port: name, args, idempotencyKey: key }, options)).result;
  };
  const { signal } = controller;
  const given = (async () =>
    way({ model: modelObject(request, options.scopes?.pure), port, idempotencyKey, signal, call }))();
  try {
    return await within(given, { ...options, timeoutMs, expire });
  } catch (error) {
    throw signal.aborted ? signal.reason : asPortFailure(what, error);
  }
}

async function failed(
  spec: ModelSpec,
  request: PortRequest,
  { limit = unlimited, scopes }: ActOptions,
): Promise<Outcome> {
  const error = request.error ?? { code: 'PORT_FAILED', message: 'it failed' };
  const { errorCallback, timeoutCallback = errorCallback } = portOf(spec, request.port);
  const answer = error.code === 'PORT_TIMEOUT' ? timeoutCallback : errorCallback;
  if (answer === undefined) return changed(spec, request, undefined);
  const what = `${request.modelName}.${request.port}: answer to its failure`;
  const model = modelObject(request, scopes?.pure);
  const run = (): unknown => runModelCode<unknown>(what, () => answer({ model, error }));
  return changed(spec, request, await limit(what, run));
}

/** The change that model code asks for by what it gave back, if the port may make it. */
function changed(spec: ModelSpec, request: PortRequest, given: unknown): Outcome {
  const before = checkPlainRecord(request.fields, request.modelName);
  const patch = diff(before, fieldsAfter(`${request.modelName}.${request.port}`, before, given));
  checkPortWrites(spec, request.port, patch);
  return { result: {}, patch };
}

/** In the place of an adapter: what answers by itself. */
function answering(name: string, answer: ReturnType<Adapter>): BoundPort {
  return { adapters: [{ name, adapter: () => answer }], service: undefined };
}

function lacks({ modelName, port }: PortRequest, key: string): TestudoError {
  return new TestudoError('METHOD_UNKNOWN', `${modelName}.${port} has no ${key} in this build`);
}

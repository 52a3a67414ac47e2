import { TestudoError } from '../../error.ts';
import type { Plain, PlainRecord } from '../../plain.ts';
import { isRecord } from '../../spec/is-record.ts';
import type { ModelObject } from '../../spec/model-object-api.ts';
import type { Adapter, PortCall } from '../../spec/port-spec.ts';
import { describeFailure } from '../../spec/remote-failure.ts';
import { callPlain, callRaw } from './plain-interface.ts';
import type { WasmReply } from './plain-interface.ts';
import type { WasmProgram } from './wasm-program.ts';

/** How often one call of an adapter may ask its service. */
const maxServiceCalls = 100;

type Method = (request: { readonly [key: string]: unknown }) => unknown;

/** An object as a module is told of it. */
export function describeObject(model: ModelObject): PlainRecord {
  return { modelName: model.getName(), id: model.getId(), version: model.version, fields: model.fields };
}

/**
 * An adapter of the typed interface. A module cannot wait: one that wants its service answers with the method, the
 * request, and the function to go on with; that is called with `{ state, result }` or `{ state, error }`.
 */
export function plainAdapter(program: WasmProgram, name: string): Adapter {
  return (service) =>
    ({ model, port, args, idempotencyKey, signal }) => {
      const input = { model: describeObject(model), port, args, idempotencyKey };
      const reply = callPlain({ program, name, mayEmit: true }, input);
      const isThrough = reply.status !== 'service' && reply.events.length === 0;
      return isThrough ? resultOf(reply) : goOn(program, reply, { service, signal, model });
    };
}

/** A service of the typed interface: its methods by name, with plain data or with bytes. */
export function wasmService(program: WasmProgram, functions: readonly string[], takesBytes: boolean): object {
  const methods: { [name: string]: (input: unknown) => unknown } = {};
  for (const name of functions)
    methods[name] = takesBytes
      ? (input) => callRaw({ program, name }, bytesOf(input, `${program.path}: ${name}`))
      : (input) => resultOf(callPlain({ program, name }, input ?? null));
  return Object.freeze(methods);
}

function bytesOf(input: unknown, what: string): Uint8Array {
  if (ArrayBuffer.isView(input)) return new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
  if (input instanceof ArrayBuffer) return new Uint8Array(input);
  throw new TestudoError('BAD_REQUEST', `${what}: takes an ArrayBuffer or a typed array`);
}

interface Asking extends Pick<PortCall, 'signal' | 'model'> {
  readonly service: unknown;
}

/** Does what a module's answer asks for: tells its events, asks its service and hands over what that gave. */
async function goOn(program: WasmProgram, first: WasmReply, { service, signal, model }: Asking): Promise<PlainRecord> {
  let reply = first;
  await tell(program, model, reply);
  for (let calls = 0; reply.status === 'service'; calls += 1) {
    const { method, request, then, state = null } = readWish(program, reply.value);
    if (calls === maxServiceCalls)
      throw new TestudoError('INTERNAL', `${program.path}: asks its service more than ${maxServiceCalls} times a call`);
    const outcome = await settle(() => methodOf(service, method)({ ...request, signal }));
    if (signal.aborted) throw signal.reason;
    reply = callPlain({ program, name: then, mayEmit: true }, { state, ...outcome });
    await tell(program, model, reply);
  }
  return resultOf(reply);
}

async function tell({ path }: WasmProgram, model: ModelObject, { events }: WasmReply): Promise<void> {
  for (const { name, payload } of events) await model.emit(name, payloadOf(path, payload));
}

function payloadOf(path: string, text: string): Plain {
  try {
    return text === '' ? null : (JSON.parse(text) as Plain);
  } catch {
    throw new TestudoError('INTERNAL', `${path}: the payload of an event is not JSON`);
  }
}

interface Wish {
  readonly method: string;
  readonly request: PlainRecord;
  readonly then: string;
  readonly state?: unknown;
}

function readWish({ path }: WasmProgram, value: unknown): Wish {
  const { method, request, then } = (value ?? {}) as { readonly [key in keyof Wish]?: unknown };
  if (typeof method === 'string' && typeof then === 'string' && isRecord(request)) return value as Wish;
  throw new TestudoError('INTERNAL', `${path}: to ask its service it must answer { method, request, then, state }`);
}

function methodOf(service: unknown, name: string): Method {
  const found = typeof service === 'object' && service !== null ? (service as { [name: string]: unknown })[name] : null;
  if (typeof found === 'function') return (request) => (found as Method).call(service, request);
  throw new TestudoError('METHOD_UNKNOWN', `the service has no method ${name}; does the port name its service?`);
}

async function settle(ask: () => unknown): Promise<object> {
  try {
    return { result: (await ask()) ?? null };
  } catch (error) {
    return { error: describeFailure(error, 'PORT_FAILED') };
  }
}

/** Checked by the caller: what is no plain record is refused there, like that of any adapter. */
function resultOf({ value }: WasmReply): PlainRecord {
  return value as PlainRecord;
}

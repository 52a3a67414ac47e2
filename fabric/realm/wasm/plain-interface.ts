import { errorCodes, TestudoError } from '../../error.ts';
import type { ErrorCode } from '../../error.ts';
import type { WasmEvent } from './wasm-imports.ts';
import type { WasmInstance, WasmProgram } from './wasm-program.ts';

/** A function of a module. */
export interface WasmTarget {
  readonly program: WasmProgram;
  readonly name: string;
  /** the code of an error that the module gives none; default `PORT_FAILED` */
  readonly failsAs?: ErrorCode;
  /** whether its events are told: an adapter's are; default false */
  readonly mayEmit?: true;
}

/** What a function of the typed interface answers; `status` is the first word of its result. */
export interface WasmReply {
  readonly status: 'result' | 'service' | 'compensate';
  readonly value: unknown;
  readonly events: readonly WasmEvent[];
}

const statusNames = ['result', 'error', 'service', 'compensate'] as const;
/** the result's three words: status, address, length */
const wordBytes = 4;

/**
 * Calls a function of the typed interface with plain data: JSON in UTF-8, both ways.
 * @throws TestudoError with the code that the module answers with (`failsAs` for an unknown one); `INTERNAL` for a trap
 */
export function callPlain(target: WasmTarget, input: unknown): WasmReply {
  const { engine } = target.program;
  const answer = callBytes(target, engine.toBytes(JSON.stringify(input)));
  const value = readJson(target, answer.bytes);
  if (answer.status === 'error') throw failure(target, value);
  const events = target.program.takeEvents();
  if (events.length > 0 && target.mayEmit !== true)
    throw failure(target, { message: 'only an adapter may emit events' });
  return { status: answer.status, value, events };
}

/** The same with bytes both ways; an error's bytes are JSON. @throws as `callPlain` */
export function callRaw(target: WasmTarget, input: Uint8Array): Uint8Array {
  const { status, bytes } = callBytes(target, input);
  if (status === 'error') throw failure(target, readJson(target, bytes));
  return bytes;
}

interface Answer {
  readonly status: (typeof statusNames)[number];
  readonly bytes: Uint8Array;
}

function callBytes({ program, name }: WasmTarget, input: Uint8Array): Answer {
  return program.during(name, (instance) => {
    const at = place(instance, input);
    const result = instance.call(name, at, input.length);
    const status = statusNames[instance.word(result)];
    if (status === undefined)
      throw new TestudoError('INTERNAL', `it answered the status ${instance.word(result)}; known are 0 to 3`);
    const bytes = instance.read(instance.word(result + wordBytes), instance.word(result + 2 * wordBytes));
    if (instance.has('testudo_reset')) instance.function('testudo_reset')();
    return { status, bytes };
  });
}

function place(instance: WasmInstance, input: Uint8Array): number {
  const at = instance.call('testudo_alloc', input.length);
  if (at === 0) throw new TestudoError('INTERNAL', `it has no room for ${input.length} bytes; raise its maxPages`);
  instance.write(at, input);
  return at;
}

function readJson({ program: { engine, path }, name }: WasmTarget, bytes: Uint8Array): unknown {
  if (bytes.length === 0) return null;
  try {
    return JSON.parse(engine.toText(bytes)) as unknown;
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new TestudoError('INTERNAL', `${path}: ${name}: its answer is not JSON in UTF-8: ${problem}`);
  }
}

function failure({ program: { path }, name, failsAs = 'PORT_FAILED' }: WasmTarget, value: unknown): TestudoError {
  const { code, message } = (value ?? {}) as { readonly code?: unknown; readonly message?: unknown };
  const isKnown = typeof code === 'string' && Object.prototype.hasOwnProperty.call(errorCodes, code);
  const text = typeof message === 'string' ? message : `${path}: ${name} failed without a message`;
  return new TestudoError(isKnown ? (code as ErrorCode) : failsAs, text);
}

import type { Plain, PlainRecord } from './plain.ts';

/** Every error code of Testudo with its HTTP status and whether the same call may be tried again. */
export const errorCodes = {
  ABORTED: { status: 499, retryable: false },
  ADAPTER_MISSING: { status: 500, retryable: false },
  ADMISSION_FAILED: { status: 422, retryable: true },
  API_UNSUPPORTED: { status: 422, retryable: false },
  BAD_REQUEST: { status: 400, retryable: false },
  BUILD_OUTDATED: { status: 409, retryable: false },
  BUILD_UNKNOWN: { status: 404, retryable: false },
  CAPABILITY_DENIED: { status: 403, retryable: false },
  CATALOG_INVALID: { status: 422, retryable: false },
  CONFIG_INVALID: { status: 500, retryable: false },
  CONFLICT: { status: 409, retryable: false },
  CORRUPT: { status: 500, retryable: false },
  DEADLINE: { status: 504, retryable: true },
  ENVELOPE_INVALID: { status: 400, retryable: false },
  EXPOSE_MISSING: { status: 422, retryable: false },
  FENCED: { status: 409, retryable: false },
  FLOW_FENCED: { status: 409, retryable: false },
  FORBIDDEN: { status: 403, retryable: false },
  HOOK_TIMEOUT: { status: 504, retryable: false },
  HOST_DENIED: { status: 421, retryable: false },
  INTEGRITY_MISMATCH: { status: 422, retryable: false },
  INTERNAL: { status: 500, retryable: false },
  LINK_CLOSED: { status: 503, retryable: true },
  LOAD_FAILED: { status: 502, retryable: true },
  METHOD_UNKNOWN: { status: 405, retryable: false },
  NOT_FOUND: { status: 404, retryable: false },
  NOT_RESIDENT: { status: 500, retryable: false },
  NO_RESPONDERS: { status: 503, retryable: true },
  OP_GAP: { status: 409, retryable: true },
  ORIGIN_NOT_ALLOWED: { status: 422, retryable: false },
  PORT_FAILED: { status: 502, retryable: true },
  PORT_TIMEOUT: { status: 504, retryable: true },
  REALM_LOST: { status: 503, retryable: true },
  REPLICA_FORKED: { status: 409, retryable: false },
  SIDECAR_INVALID: { status: 422, retryable: false },
  SPEC_INVALID: { status: 422, retryable: false },
  STORAGE_FULL: { status: 507, retryable: true },
  STORAGE_NEWER: { status: 409, retryable: false },
  TOO_DEEP: { status: 400, retryable: false },
  TOO_LARGE: { status: 413, retryable: false },
  UNAUTHENTICATED: { status: 401, retryable: false },
  UNAVAILABLE: { status: 503, retryable: true },
  UNDO_FAILED: { status: 500, retryable: false },
  UNSUPPORTED_MEDIA: { status: 415, retryable: false },
  VALIDATION: { status: 422, retryable: false },
} as const;

export type ErrorCode = keyof typeof errorCodes;

/** An error as it crosses a boundary: no stack, no cause. */
export interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly data?: PlainRecord;
}

/** The one error class. Recognise it by `code`, never by `instanceof`: federation means two copies of a package. */
export class TestudoError extends Error {
  readonly code: ErrorCode;
  readonly data: PlainRecord | undefined;
  readonly cause: unknown;

  constructor(code: ErrorCode, message: string, options: { data?: PlainRecord; cause?: unknown } = {}) {
    super(message);
    this.name = 'TestudoError';
    this.code = code;
    this.data = options.data;
    this.cause = options.cause;
  }

  get retryable(): boolean {
    return errorCodes[this.code].retryable;
  }

  get status(): number {
    return errorCodes[this.code].status;
  }

  /** The form that may leave this realm. */
  toWire(): WireError {
    return this.data === undefined
      ? { code: this.code, message: this.message }
      : { code: this.code, message: this.message, data: this.data };
  }
}

/** Whether a value is one of our errors, also when another copy of this module made it. */
export function hasCode(error: unknown): error is TestudoError {
  if (typeof error !== 'object' || error === null || !('code' in error)) return false;
  return typeof error.code === 'string' && Object.prototype.hasOwnProperty.call(errorCodes, error.code);
}

/** Any thrown value as a wire error; what has no code of ours becomes `fallback`. */
export function toWire(error: unknown, fallback: ErrorCode = 'INTERNAL'): WireError {
  if (hasCode(error)) {
    const data = (error as { data?: PlainRecord }).data;
    const message = String((error as { message?: unknown }).message ?? error.code);
    return data === undefined ? { code: error.code, message } : { code: error.code, message, data };
  }
  return { code: fallback, message: error instanceof Error ? error.message : String(error) };
}

/** The error that a wire error stands for. */
export function fromWire(wire: WireError): TestudoError {
  const code = Object.prototype.hasOwnProperty.call(errorCodes, wire.code) ? wire.code : 'INTERNAL';
  return new TestudoError(code, wire.message, wire.data === undefined ? {} : { data: wire.data });
}

/** The outcome of a call across a boundary that would otherwise lose an error's code. */
export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: WireError };

/** Runs a function and turns what it throws into a `Result`. */
export async function settle<T>(run: () => T | Promise<T>, fallback: ErrorCode = 'INTERNAL'): Promise<Result<T>> {
  try {
    return { ok: true, value: await run() };
  } catch (error) {
    return { ok: false, error: toWire(error, fallback) };
  }
}

/** The value of a `Result`. @throws TestudoError the error that it carries */
export function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw fromWire(result.error);
}

/** The body of every error reply: `{ error: { code, message, data? } }`. */
export function errorBody(error: unknown): { readonly error: WireError } & { readonly [key: string]: Plain } {
  return { error: toWire(error) } as { readonly error: WireError } & { readonly [key: string]: Plain };
}

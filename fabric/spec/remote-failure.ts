import { errorCodes, toWire } from '../error.ts';
import type { ErrorCode, Result, WireError } from '../error.ts';
import type { PlainRecord } from '../plain.ts';
import { checkPlainRecord } from './check-plain.ts';

/** Longest message of an error that leaves a realm, in characters. */
const maxMessageLength = 2000;

/**
 * What remote code threw, as a wire error that certainly crosses a port: the value may be anything, its getters may
 * lie or throw. Data that is not plain is left out. Never throws.
 */
export function describeFailure(error: unknown, fallback: ErrorCode = 'INTERNAL'): WireError {
  try {
    const { code, message, data } = toWire(error, fallback) as { readonly [key in keyof WireError]?: unknown };
    const wire = {
      code: Object.prototype.hasOwnProperty.call(errorCodes, code as string) ? (String(code) as ErrorCode) : fallback,
      message: String(message).slice(0, maxMessageLength),
    };
    const plain = plainOf(data);
    return plain === undefined ? wire : { ...wire, data: plain };
  } catch {
    return { code: fallback, message: 'remote code threw something that does not let itself be described' };
  }
}

/** `settle` for a call that runs remote code: one call's failure never keeps another's result from its caller. */
export async function settleRemote<T>(run: () => T | Promise<T>, fallback?: ErrorCode): Promise<Result<T>> {
  try {
    return { ok: true, value: await run() };
  } catch (error) {
    return { ok: false, error: describeFailure(error, fallback) };
  }
}

function plainOf(data: unknown): PlainRecord | undefined {
  if (data === undefined) return undefined;
  try {
    return checkPlainRecord(data, 'data');
  } catch {
    return undefined;
  }
}

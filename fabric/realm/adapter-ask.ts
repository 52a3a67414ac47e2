import type { AdapterRequest } from '../port/port-api.ts';
import { isRecord } from '../spec/is-record.ts';

/** Calls an adapter that lives in another realm: for the call of a port under way here, which is bound to it. */
export interface AdapterAsk extends Omit<AdapterRequest, 'service' | 'timeoutMs'> {
  readonly type: 'adapter';
}

const texts = ['modelName', 'port', 'id', 'adapter', 'idempotencyKey'] as const;

/** Whether what came from a realm is such an ask. */
export function isAdapterAsk(given: unknown): given is AdapterAsk {
  if (!isRecord(given) || given['type'] !== 'adapter' || !Array.isArray(given['args'])) return false;
  return texts.every((key) => typeof given[key] === 'string');
}

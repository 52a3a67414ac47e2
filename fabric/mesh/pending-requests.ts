import { fromWire, TestudoError, type WireError } from '../error.ts';
import type { Disposable, Plain } from '../plain.ts';
import type { Platform } from '../platform.ts';
import type { Envelope } from './envelope.ts';

interface Pending {
  readonly subject: string;
  readonly responder: string;
  readonly timer: Disposable;
  readonly signal: AbortSignal | undefined;
  readonly onAbort: () => void;
  resolve(body: Plain): void;
  reject(error: unknown): void;
}

/** One request that goes out. */
export interface Asked {
  readonly id: string;
  readonly subject: string;
  readonly responder: string;
  readonly deadlineMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Requests that wait for their answers. */
export interface PendingRequests {
  add(asked: Asked): Promise<Plain>;
  /** Settles the request that a `reply` or `error` of its own responder answers; whether there was one. */
  answer(envelope: Envelope): boolean;
  fail(id: string, error: unknown): void;
  /** Fails what waits for a node that has gone. */
  lost(responder: string): void;
  failAll(error: unknown): void;
  /** how many wait for a node: its load as seen from here */
  waitingFor(responder: string): number;
}

/** The wire error in an `error` envelope's body, whatever the peer put there. */
export function wireErrorIn(body: Plain): WireError {
  const found = typeof body === 'object' && body !== null ? (body as Partial<WireError>) : {};
  const message = typeof found.message === 'string' ? found.message : 'the responder failed without saying why';
  const { code, data } = found;
  return { code: code ?? 'INTERNAL', message, ...(typeof data === 'object' && data !== null ? { data } : {}) };
}

/** Makes an empty table of requests. */
export function pendingRequests(platform: Platform): PendingRequests {
  const waiting = new Map<string, Pending>();
  const loads = new Map<string, number>();

  function count(responder: string, change: number): void {
    const load = (loads.get(responder) ?? 0) + change;
    if (load === 0) loads.delete(responder);
    else loads.set(responder, load);
  }

  function take(id: string): Pending | undefined {
    const pending = waiting.get(id);
    if (!pending) return undefined;
    waiting.delete(id);
    count(pending.responder, -1);
    pending.timer.dispose();
    pending.signal?.removeEventListener('abort', pending.onAbort);
    return pending;
  }

  function fail(id: string, error: unknown): void {
    take(id)?.reject(error);
  }

  function add({ id, subject, responder, deadlineMs, signal }: Asked): Promise<Plain> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => fail(id, signal?.reason);
      const timer = platform.timer(deadlineMs, () => {
        fail(
          id,
          new TestudoError('DEADLINE', `${responder} did not answer ${subject} within ${deadlineMs} ms; try again`),
        );
      });
      signal?.addEventListener('abort', onAbort, { once: true });
      waiting.set(id, { subject, responder, timer, signal, onAbort, resolve, reject });
      count(responder, 1);
    });
  }

  return {
    add,
    fail,
    answer(envelope: Envelope): boolean {
      const id = envelope.reply ?? '';
      if (waiting.get(id)?.responder !== envelope.src) return false;
      if (envelope.kind === 'reply') take(id)?.resolve(envelope.body);
      else fail(id, fromWire(wireErrorIn(envelope.body)));
      return true;
    },
    lost(responder: string): void {
      for (const [id, pending] of waiting) {
        if (pending.responder !== responder) continue;
        const message = `the way to ${responder} closed before it answered ${pending.subject}; try again`;
        fail(id, new TestudoError('LINK_CLOSED', message));
      }
    },
    failAll(error: unknown): void {
      for (const id of [...waiting.keys()]) fail(id, error);
    },
    waitingFor: (responder) => loads.get(responder) ?? 0,
  };
}

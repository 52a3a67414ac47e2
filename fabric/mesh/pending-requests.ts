import { fromWire, TestudoError, type WireError } from '../error.ts';
import type { Disposable, Plain } from '../plain.ts';
import type { Platform } from '../platform.ts';
import type { Envelope } from './envelope.ts';

interface Pending {
  readonly id: string;
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
  readonly subject: string;
  readonly responder: string;
  readonly deadlineMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Requests that wait for their answers. */
export interface PendingRequests {
  /** @returns the id that the request is to be sent under, and what its answer settles */
  add(asked: Asked): { readonly id: string; readonly answered: Promise<Plain> };
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

/**
 * Makes an empty table of requests. A request's id begins with its place in it, and places are used again: a Map that has
 * grown old keeps what came and went, by its outgrown tables, until memory is collected as a whole.
 */
export function pendingRequests(platform: Platform, nextId: () => string): PendingRequests {
  const places: (Pending | undefined)[] = [];
  const free: number[] = [];
  const loads = new Map<string, number>();

  const placeOf = (id: string): number => Number.parseInt(id, 10);

  function count(responder: string, change: number): void {
    loads.set(responder, (loads.get(responder) ?? 0) + change);
  }

  function take(id: string): Pending | undefined {
    const place = placeOf(id);
    const pending = places[place];
    if (pending?.id !== id) return undefined;
    places[place] = undefined;
    free.push(place);
    count(pending.responder, -1);
    pending.timer.dispose();
    pending.signal?.removeEventListener('abort', pending.onAbort);
    return pending;
  }

  function fail(id: string, error: unknown): void {
    take(id)?.reject(error);
  }

  function add({ subject, responder, deadlineMs, signal }: Asked): ReturnType<PendingRequests['add']> {
    const place = free.pop() ?? places.length;
    const id = `${place}.${nextId()}`;
    const answered = new Promise<Plain>((resolve, reject) => {
      const onAbort = (): void => fail(id, signal?.reason);
      const timer = platform.timer(deadlineMs, () => {
        fail(
          id,
          new TestudoError('DEADLINE', `${responder} did not answer ${subject} within ${deadlineMs} ms; try again`),
        );
      });
      signal?.addEventListener('abort', onAbort, { once: true });
      places[place] = { id, subject, responder, timer, signal, onAbort, resolve, reject };
      count(responder, 1);
    });
    return { id, answered };
  }

  return {
    add,
    fail,
    answer(envelope: Envelope): boolean {
      const id = envelope.reply ?? '';
      const pending = places[placeOf(id)];
      if (pending?.id !== id || pending.responder !== envelope.src) return false;
      if (envelope.kind === 'reply') take(id)?.resolve(envelope.body);
      else fail(id, fromWire(wireErrorIn(envelope.body)));
      return true;
    },
    lost(responder: string): void {
      for (const pending of places) {
        if (pending?.responder !== responder) continue;
        const message = `the way to ${responder} closed before it answered ${pending.subject}; try again`;
        fail(pending.id, new TestudoError('LINK_CLOSED', message));
      }
      loads.delete(responder);
    },
    failAll(error: unknown): void {
      for (const pending of places) if (pending) fail(pending.id, error);
    },
    waitingFor: (responder) => loads.get(responder) ?? 0,
  };
}

import { setTimeout as delay } from 'node:timers/promises';

import type { Ledger } from './ledger.ts';

/** What a write is to be: the first of an order creates it, each later one changes its note. */
export interface Wish {
  readonly key: string;
  readonly number: number;
  /** of the order; `null` for the first */
  readonly id: string | null;
}

/** A client of the server that repeats what it is not sure of, so that it takes effect once. */
export interface Writer {
  /**
   * Resolves with the order's id when the server has acknowledged it. The same wish may be asked for again.
   * @throws Refused when the server says no; anything else when it is away
   */
  write(wish: Wish): Promise<string>;
}

/** What the server has decided against. */
export class Refused extends Error {}

export interface WritingOptions {
  readonly writer: Writer;
  /** of its keys; no other writer has it */
  readonly prefix: string;
  readonly ledger: Ledger;
  readonly signal: AbortSignal;
}

const WRITES_EACH = 3;
const PAUSE_MS = 20;

/** The note of an order after so many writes: the key, and from the second on which one it was. */
export function noteOf({ key, number }: Wish): string {
  return number === 1 ? key : `${key}:${number}`;
}

/** Writes order after order until told to end; then ends what it has begun. @throws Refused */
export async function keepWriting({ writer, prefix, ledger, signal }: WritingOptions): Promise<void> {
  for (let n = 0; !signal.aborted; n += 1) {
    const key = `${prefix}.${n}`;
    let id: string | null = null;
    for (let number = 1; number <= WRITES_EACH; number += 1) {
      ledger.began(key, number, Date.now());
      id = await insist(writer, { key, number, id });
      ledger.answered(key, number, { atMs: Date.now(), id });
    }
  }
}

/** Asks for the same until it is acknowledged: there is no event to wait for while a server is away. */
async function insist(writer: Writer, wish: Wish): Promise<string> {
  for (;;) {
    try {
      return await writer.write(wish);
    } catch (error) {
      if (error instanceof Refused) throw error;
      await delay(PAUSE_MS);
    }
  }
}

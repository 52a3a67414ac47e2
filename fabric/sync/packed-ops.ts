import type { WireError } from '../error.ts';
import type { Plain } from '../plain.ts';
import type { Op } from '../record/op.ts';
import type { DecidedOp } from './authority-book.ts';
import { asPlain, opKey } from './keys.ts';
import { opDigest } from './op-digest.ts';
import type { OpResult } from './wire.ts';

/** Ops in one record of packed ones. */
export const packSize = 100;

/**
 * The outcomes of `packSize` ops of a replica with counters that follow one another: enough to answer each of them
 * again, and to tell another op under its number.
 */
interface PackedOps {
  /** a word for each op: `<digest>.<seq>` in base 36, `<digest>.` for a refused one, `-` where nothing was recorded */
  readonly ops: string;
  /** why, by counter */
  readonly refused: { readonly [counter: string]: WireError };
}

/** The lowest counter of the record that holds a counter's op. */
export function packStart(counter: number): number {
  return counter - ((counter - 1) % packSize);
}

/** The key of the record that holds an op, once it is packed. */
export function packKey({ replica, counter }: Pick<Op, 'replica' | 'counter'>): string {
  return opKey(replica, packStart(counter));
}

/** @param decided in counter order; `undefined` where the record is missing */
export function packOps(decided: readonly (DecidedOp | undefined)[]): Plain {
  const refused: { [counter: string]: WireError } = {};
  const words = decided.map((each) => {
    if (each === undefined) return '-';
    const { op, result } = each;
    if (result.status === 'accepted') return `${opDigest(op)}.${result.seq.toString(36)}`;
    refused[op.counter] = result.error;
    return `${opDigest(op)}.`;
  });
  return asPlain({ ops: words.join(' '), refused } satisfies PackedOps);
}

/** The result that an op was given; `null` when another op was decided under its number, `undefined` when none is known. */
export function unpackOp(packed: Plain, op: Op): OpResult | null | undefined {
  const { ops, refused } = packed as unknown as PackedOps;
  const { counter } = op;
  const [digest = '-', seq = ''] = (ops.split(' ')[counter - packStart(counter)] ?? '-').split('.');
  if (digest === '-') return undefined;
  if (digest !== opDigest(op)) return null;
  const error = refused[counter];
  if (error !== undefined) return { counter, status: 'refused', error };
  return { counter, status: 'accepted', seq: Number.parseInt(seq, 36) };
}

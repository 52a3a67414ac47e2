import type { Principal } from '../access/principal.ts';
import type { Plain } from '../plain.ts';

/**
 * What a host gives a realm with a call, for what its code asks during it. The id cannot be guessed and dies with the
 * call; the principal is told for the code to read, and never read back.
 */
export interface CallTicket {
  readonly id: string;
  readonly principal: Principal;
}

/**
 * What an object's method asks of the host, in the name of the call that its code runs in. Plain data: it may cross a
 * thread, and the host trusts nothing of it.
 */
export type ObjectAsk =
  | { readonly type: 'find'; readonly modelName: string; readonly id: string }
  | { readonly type: 'list' | 'count'; readonly modelName: string; readonly query: Plain }
  | ({ readonly type: 'write' } & WriteAsk)
  /** resolves when the authority has accepted the op */
  | { readonly type: 'synced'; readonly modelName: string; readonly opId: string }
  | { readonly type: 'history'; readonly modelName: string; readonly id: string; readonly limit: number }
  | {
      readonly type: 'emit';
      readonly modelName: string;
      readonly id: string;
      readonly name: string;
      readonly payload: Plain;
    }
  /** the realm wants to be told of the events of that name: exact, `order.*` or `*` */
  | { readonly type: 'listen'; readonly modelName: string; readonly name: string }
  | {
      readonly type: 'call';
      readonly modelName: string;
      readonly id: string;
      readonly port: string;
      readonly args: readonly Plain[];
    };

/** One write as live code asks for it. */
export interface WriteAsk {
  readonly modelName: string;
  readonly kind: 'create' | 'update' | 'delete' | 'command';
  readonly id?: string;
  readonly input: Plain;
  readonly command?: string;
  /** the version that the code saw; another one now is `CONFLICT` */
  readonly ifVersion?: number;
}

/** Whether an ask changes something: then only live code may ask it. */
export function isEffect({ type }: Pick<ObjectAsk, 'type'>): boolean {
  return type === 'write' || type === 'emit' || type === 'call' || type === 'listen';
}

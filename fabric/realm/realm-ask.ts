import type { ObjectAsk } from '../spec/object-ask.ts';
import type { AdapterAsk } from './adapter-ask.ts';

/**
 * What code asks about objects. `call` is the id of the realm's call during which it is asked: the host made it, and
 * knows by it in whose name and what for.
 */
export type CallAsk = { readonly call: string } & ObjectAsk;

/** What a realm asks of its host, beside bytes and fetches. */
export type RealmAsk = CallAsk | AdapterAsk;

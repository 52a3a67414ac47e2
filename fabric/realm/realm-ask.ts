import type { ObjectAsk } from '../spec/object-ask.ts';

/**
 * What a realm asks of its host, beside bytes and fetches. `call` is the id of the realm's call during which it is
 * asked: the host made it, and knows by it in whose name and what for.
 */
export type RealmAsk = { readonly call: string } & ObjectAsk;

import type { Call } from './orders.ts';

/** Every object of a model, by its endpoint, that the user of `call` may read at the server, in ascending id order. */
export async function everyObject<T>(call: Call, endpoint: string): Promise<readonly T[]> {
  const found: T[] = [];
  for (let after: string | null = ''; after !== null;) {
    const reply = await call(`/api/models/${endpoint}?limit=1000&after=${after}`);
    const page = (await reply.json()) as { readonly objects: readonly T[]; readonly next: string | null };
    found.push(...page.objects);
    after = page.next;
  }
  return found;
}

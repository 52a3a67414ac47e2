import { client } from '../launch.ts';
import type { StoredOrder } from '../orders.ts';

/** Every order of a user, as the server at `url` holds it. */
export async function everyOrder(url: string, user: string): Promise<readonly StoredOrder[]> {
  const call = await client(url, user);
  const found: StoredOrder[] = [];
  for (let after: string | null = ''; after !== null;) {
    const reply = await call(`/api/models/orders?limit=1000&after=${after}`);
    const page = (await reply.json()) as { objects: readonly StoredOrder[]; next: string | null };
    found.push(...page.objects);
    after = page.next;
  }
  return found;
}

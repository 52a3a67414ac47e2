import { everyObject } from '../every-object.ts';
import { client } from '../launch.ts';
import type { StoredOrder } from '../orders.ts';

/** Every order of a user, as the server at `url` holds it. */
export async function everyOrder(url: string, user: string): Promise<readonly StoredOrder[]> {
  return everyObject(await client(url, user), 'orders');
}

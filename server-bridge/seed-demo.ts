import type { Principal } from '@testudo/fabric/access/principal';
import { hasCode } from '@testudo/fabric/error';
import type { Host } from '@testudo/fabric/host/host-api';
import type { PlainRecord } from '@testudo/fabric/plain';

import { customers, products } from './seed-data.ts';

/**
 * Puts the demo's products and people there once, as a clerk would: through the ordinary op path. Each has its own
 * idempotency key, so a seeding that was cut off goes on where it was.
 */
export async function seedDemo(host: Pick<Host, 'write' | 'models'>, tenant: string): Promise<void> {
  const known = new Set(host.models().map(({ modelName }) => modelName));
  const create = async (modelName: string, user: string, input: PlainRecord): Promise<void> => {
    const principal: Principal = { user, roles: ['clerk'], tenant };
    const requestId = `seed-${modelName}-${String(input['sku'] ?? input['email'])}`;
    try {
      await host.write({ modelName, kind: 'create', input, requestId }, principal);
    } catch (error) {
      // An older seed with other words stands in this store already: it stays.
      if (!hasCode(error) || error.code !== 'CONFLICT') throw error;
    }
  };
  if (known.has('inventory')) for (const product of products) await create('inventory', 'seed', product);
  if (known.has('customer')) for (const { owner, fields } of customers) await create('customer', owner, fields);
}

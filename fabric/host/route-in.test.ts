import { expect, test } from 'vitest';

import type { RealmApi } from '../realm/realm-api.ts';
import type { RouteCall } from '../spec/route-call.ts';
import { virtualPlatform } from '../testing/virtual-platform.ts';
import { RealmCalls, type RealmCall } from './realm-calls.ts';
import type { RealmSupervisor } from './realm-supervisor.ts';
import { routeIn } from './route-in.ts';

const principal = { user: 'ada', roles: [], tenant: 'main' };

/** How a route's call is noted at the host while the realm has it. */
async function noted(method: string): Promise<RealmCall | undefined> {
  const calls = new RealmCalls({ platform: virtualPlatform(), tenant: 'main' });
  let call: RealmCall | undefined;
  const api: Pick<RealmApi, 'route'> = {
    async route({ call: { id } }) {
      call = calls.get(id);
      return { ok: true, value: { status: 200, type: 'none', body: null } };
    },
  };
  const request = { method, path: '/parcels', params: {}, query: {}, headers: {}, body: null };
  const route: RouteCall = { modelName: 'parcel', route: '/parcels', request };
  await routeIn({ ready: async () => api } as unknown as RealmSupervisor, route, { calls, principal });
  return call;
}

test('routes - the host itself lets a get ask for nothing but reading', async () => {
  expect(await noted('GET')).toEqual({ principal, isLive: false, hops: 0 });
  expect(await noted('DELETE')).toEqual({ principal, isLive: true, hops: 0 });
});

test('routes - a realm that serves none says where they are served', async () => {
  const realm = { ready: async () => ({}) } as unknown as RealmSupervisor;
  const calls = new RealmCalls({ platform: virtualPlatform(), tenant: 'main' });
  const request = { method: 'GET', path: '/parcels', params: {}, query: {}, headers: {}, body: null };
  const asked = routeIn(realm, { modelName: 'parcel', route: '/parcels', request }, { calls, principal });
  await expect(asked).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});

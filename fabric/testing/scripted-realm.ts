import type { RealmApi } from '../realm/realm-api.ts';

const notHere = async (): Promise<{ ok: false; error: { code: 'UNAVAILABLE'; message: string } }> => ({
  ok: false,
  error: { code: 'UNAVAILABLE', message: 'this realm does not do that' },
});

/** A realm for tests: does what the parts say, and nothing else. */
export function scriptedRealm(parts: Partial<RealmApi>): RealmApi {
  return {
    load: notHere,
    bind: async () => ({ ok: true, value: null }),
    evict: async () => ({ ok: true, value: null }),
    decide: async (requests) => Promise.all(requests.map(notHere)),
    callPort: notHere,
    callAdapter: notHere,
    handleEvent: notHere,
    keep: notHere,
    inspect: notHere,
    ...parts,
  };
}

import { noEffect } from '../record/flow.ts';
import { rebase } from '../record/merge.ts';
import type { Datasource } from '../store/datasource.ts';
import { openAuthority } from '../sync/authority.ts';
import type { Authority, AuthorityOptions } from '../sync/sync-api.ts';

/**
 * Opens the authority of `main/thing` over a store: it takes every op by a three-way merge, shows everything to everybody
 * and has a clock that stands still.
 * @param over what is to be otherwise
 */
export function openPlainAuthority(datasource: Datasource, over: Partial<AuthorityOptions> = {}): Promise<Authority> {
  return openAuthority({
    partition: 'main/thing',
    datasource,
    judge: async (op, current) => ({ ...rebase(current?.fields ?? {}, op.patch), schemaVersion: 1, flow: noEffect }),
    viewOf: () => ({ digest: 'all', sees: () => true }),
    replica: 'server',
    epoch: 'e1',
    now: () => 1,
    ...over,
  });
}

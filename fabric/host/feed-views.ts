import { authorize } from '../access/authorize.ts';
import type { Principal } from '../access/principal.ts';
import type { Plain } from '../plain.ts';
import type { ModelReport } from '../spec/model-report.ts';
import { compileWhere, type Predicate } from '../store/match-query.ts';
import type { Where } from '../store/query-api.ts';
import type { FeedView } from '../sync/feed-view.ts';
import { shortDigest } from './short-digest.ts';

/** What decides who sees what of a model's objects, as text: another one is another view for everybody. */
export function viewRules({ accessControlList, syncScope }: ModelReport): string {
  return JSON.stringify([accessControlList['read'] ?? [], syncScope ?? 'all']);
}

/**
 * What a principal sees of a model's feed at a node: what he may read and the model's `sync.scope` gives to his hosts,
 * and of what he may read that whose flow the node has to finish. Hosts see all that they may read.
 */
export function feedViewOf(model: ModelReport, principal: Principal, node: string): FeedView {
  const { modelName, accessControlList } = model;
  const { user, roles, tenant } = principal;
  const isInScope = scopeOf(model, principal);
  return {
    digest: shortDigest(JSON.stringify([viewRules(model), user, tenant, roles.slice().sort(), node])),
    sees: (row, runner) =>
      authorize({ principal, operation: 'read', modelName, accessControlList, owner: row.owner }) &&
      (runner === node || isInScope(row)),
  };
}

function scopeOf({ syncScope }: ModelReport, { user, roles, tenant }: Principal): Predicate {
  if (syncScope === undefined || roles.includes('host')) return () => true;
  if (syncScope === 'owner') return ({ owner }) => owner === user;
  return compileWhere(filled(syncScope.where, new Map([['$user', user]]).set('$tenant', tenant)) as Where);
}

/** A condition with the reader's own values in the places that are named for them. */
function filled(value: unknown, own: ReadonlyMap<unknown, string>): unknown {
  if (Array.isArray(value)) return value.map((item: Plain) => filled(item, own));
  if (typeof value !== 'object' || value === null) return own.get(value) ?? value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filled(inner, own)]));
}

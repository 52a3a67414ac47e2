import type { AdmittedBuild, Snapshot } from '@testudo/fabric/catalog/admission-api';
import type { Catalog, CatalogRemote } from '@testudo/fabric/catalog/catalog';

/** What this page is to run: of each remote the admitted build, or the catalogue's where none is admitted yet. */
export interface Plan {
  readonly revision: number;
  readonly remotes: readonly PlannedRemote[];
}

export interface PlannedRemote {
  readonly remote: CatalogRemote;
  /** `undefined`: verified on demand, because this device has admitted no build of it */
  readonly admitted: AdmittedBuild | undefined;
  /** a developer's own: fetched anew for each visit, its sidecar taken without a pinned digest */
  readonly isOverride?: true;
}

/** Builds that take the place of the catalogue's: remote name -> URL of `remote.json`. */
export type Overrides = ReadonlyMap<string, string>;

/**
 * Chooses the builds that run together. The newer of the two documents says which remotes exist; an admitted build
 * goes before what the catalogue names, because an update switches only to admitted builds.
 */
export function planOf(snapshot: Snapshot | undefined, catalog: Catalog | undefined): Plan {
  const admitted = new Map((snapshot?.builds ?? []).map((build) => [build.remote.name, build]));
  const listed = new Map((catalog?.remotes ?? []).map((remote) => [remote.name, remote]));
  const revision = Math.max(snapshot?.revision ?? 0, catalog?.revision ?? 0);
  const catalogRules = catalog !== undefined && catalog.revision >= (snapshot?.revision ?? 0);
  const names = catalogRules ? [...listed.keys()] : [...new Set([...admitted.keys(), ...listed.keys()])];
  const remotes = names.map((name) => planned(admitted.get(name), listed.get(name)));
  return { revision, remotes: remotes.filter((each): each is PlannedRemote => each !== undefined) };
}

function planned(admitted: AdmittedBuild | undefined, listed: CatalogRemote | undefined): PlannedRemote | undefined {
  const remote = admitted?.remote ?? listed;
  return remote === undefined ? undefined : { remote, admitted };
}

/** The plan with the overrides in it; a remote that has no route yet is mounted at its name. */
export function withOverrides(plan: Plan, overrides: Overrides): Plan {
  const others = plan.remotes.filter(({ remote }) => !overrides.has(remote.name));
  const own = Array.from(overrides, ([name, url]): PlannedRemote => {
    const route = { segment: name, title: name, order: 100 };
    const listed = plan.remotes.find(({ remote }) => remote.name === name)?.remote;
    const remote: CatalogRemote = { kind: 'ui', route, ...listed, name, url, build: 'override', integrity: '' };
    return { remote, admitted: undefined, isOverride: true };
  });
  return { ...plan, remotes: [...others, ...own] };
}

/** The plan as the catalogue document that it stands for. */
export function catalogOf(plan: Plan): Catalog {
  return { schema: 1, revision: plan.revision, remotes: plan.remotes.map(({ remote }) => remote) };
}

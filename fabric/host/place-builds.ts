import type { AdmittedBuild, Snapshot } from '../catalog/admission-api.ts';
import { TestudoError, toWire } from '../error.ts';
import type { Plain } from '../plain.ts';
import { realmFor, type RealmGroups } from './realm-groups.ts';

/** The builds of each realm, and one failure for each build that no realm takes. */
export interface Placed {
  readonly groups: Map<string, readonly AdmittedBuild[]>;
  readonly failures: TestudoError[];
}

/** Puts each build into the realm of its trust group. */
export function placeBuilds(builds: readonly AdmittedBuild[], realms: RealmGroups): Placed {
  const groups = new Map<string, readonly AdmittedBuild[]>();
  const failures: TestudoError[] = [];
  for (const build of builds) {
    try {
      const realm = realmFor(realms, build.sidecar);
      groups.set(realm, (groups.get(realm) ?? []).concat(build));
    } catch (error) {
      failures.push(named(error, [build]));
    }
  }
  return { groups, failures };
}

/** Has every realm use its builds. @throws TestudoError the first failure, with the remotes of all in `data.remotes` */
export async function useInAll(
  { groups, failures }: Placed,
  use: (realm: string, builds: Snapshot['builds']) => Promise<void>,
): Promise<void> {
  const tried = Array.from(groups, async ([realm, builds]) => {
    try {
      await use(realm, builds);
    } catch (error) {
      failures.push(named(error, builds));
    }
  });
  await Promise.all(tried);
  const [first] = failures;
  if (first === undefined) return;
  const remotes = failures.reduce<Plain[]>((all, { data }) => all.concat(data?.['remotes'] ?? []), []);
  throw new TestudoError(first.code, first.message, { cause: first, data: { ...first.data, remotes } });
}

/** A failure that names no remote is one of all builds of its realm. */
function named(error: unknown, builds: readonly AdmittedBuild[]): TestudoError {
  const { code, message, data } = toWire(error);
  const remotes = data?.['remotes'] ?? builds.map(({ sidecar }) => sidecar.name);
  return new TestudoError(code, message, { cause: error, data: { ...data, remotes } });
}

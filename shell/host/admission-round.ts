import type { Admission, AdmittedBuild, Snapshot } from '@testudo/fabric/catalog/admission-api';
import type { Catalog, CatalogRemote } from '@testudo/fabric/catalog/catalog';
import { settle } from '@testudo/fabric/error';
import type { Result, WireError } from '@testudo/fabric/error';

/** The admission of every remote of one catalogue, each for itself: what hangs holds up nobody else. */
export interface AdmissionRound {
  readonly catalog: Catalog;
  /** of each remote that is not settled yet; never rejects */
  readonly pending: ReadonlyMap<CatalogRemote, Promise<void>>;
  /** Resolves when one is admitted, or none will be. */
  readonly first: Promise<unknown>;
  /** of those that were refused */
  readonly refusals: readonly WireError[];
  builds(): readonly AdmittedBuild[];
  /** The catalogue with what is admitted by now; any other remote is what the former snapshot has of it, if anything. */
  settled(former: Snapshot | undefined): Catalog;
}

/** Begins to admit all remotes of a catalogue. */
export function beginRound(
  catalog: Catalog,
  admit: Admission['admit'],
  onRefused: (remote: CatalogRemote, error: WireError) => void,
): AdmissionRound {
  const outcomes = new Map<CatalogRemote, Result<AdmittedBuild>>();
  const pending = new Map<CatalogRemote, Promise<void>>();
  const refusals: WireError[] = [];
  for (const remote of catalog.remotes) {
    const admitted = settle(() => admit(remote)).then((outcome) => {
      outcomes.set(remote, outcome);
      pending.delete(remote);
      if (outcome.ok) return;
      refusals.push(outcome.error);
      onRefused(remote, outcome.error);
    });
    pending.set(remote, admitted);
  }
  const admittedOne = new Promise<void>((resolve) => {
    const look = (): void => ([...outcomes.values()].some(({ ok }) => ok) ? resolve() : undefined);
    for (const each of pending.values()) void each.then(look);
  });
  return {
    catalog,
    pending,
    first: Promise.race([admittedOne, Promise.all(pending.values())]),
    refusals,
    builds: () =>
      [...outcomes.values()].reduce<AdmittedBuild[]>((all, each) => (each.ok ? [...all, each.value] : all), []),
    settled(former) {
      const remotes = catalog.remotes.map((remote) =>
        outcomes.get(remote)?.ok ? remote : former?.builds.find((build) => build.remote.name === remote.name)?.remote,
      );
      return { ...catalog, remotes: remotes.filter((remote): remote is CatalogRemote => remote !== undefined) };
    },
  };
}

import type { Snapshot } from '@testudo/fabric/catalog/admission-api';

import { planOf } from '../routing/plan.ts';
import type { Plan } from '../routing/plan.ts';
import type { Documents } from './documents.ts';

/** Reads the snapshot that this device has admitted, if any. */
export type KeptSnapshot = () => Promise<Snapshot | undefined>;

/**
 * What this page is to run: at once when this device has admitted a snapshot, else what the network says.
 * @throws TestudoError when this device has neither a snapshot nor a catalogue and the network gives none
 */
export async function readPlan(kept: KeptSnapshot, { catalog }: Pick<Documents, 'catalog'>): Promise<Plan> {
  const known = catalog.kept();
  // A first visit has no snapshot either: what it will need does not wait until that is known.
  const first = known ? undefined : catalog.refresh();
  first?.catch(() => undefined);
  const snapshot = await kept();
  return planOf(snapshot, snapshot ? known : await (first ?? freshOrKept(catalog)));
}

/** The plan after something has changed: the snapshot as it is now, with a fresh catalogue where there is a network. */
export async function readNewPlan(kept: KeptSnapshot, { catalog }: Pick<Documents, 'catalog'>): Promise<Plan> {
  const [snapshot, listed] = await Promise.all([kept(), freshOrKept(catalog).catch(() => undefined)]);
  return planOf(snapshot, listed);
}

async function freshOrKept(catalog: Documents['catalog']): ReturnType<Documents['catalog']['refresh']> {
  try {
    return await catalog.refresh();
  } catch (error) {
    const kept = catalog.kept();
    if (kept) return kept;
    throw error;
  }
}

import type { Plain } from '../../plain.ts';
import type { Op } from '../../record/op.ts';
import { opId } from '../../record/op.ts';
import { plainEqual } from '../../record/plain-equal.ts';
import type { Replica } from '../../sync/sync-api.ts';
import type { SimAuthority } from './sim-authority.ts';
import { decisionOf, stateOf } from './sim-records.ts';
import type { SimReplica } from './sim-replica.ts';
import type { SimWorld } from './sim-world.ts';

/** The laws that hold at every moment at every replica, whatever is down or lost. */
export class StandingLaws {
  readonly #world: SimWorld;
  readonly #authority: SimAuthority;
  /** acknowledged ops whose end has been seen */
  readonly #settled = new Set<string>();
  /** the highest confirmed seq seen, by replica and object */
  readonly #seen = new Map<string, number>();

  constructor(world: SimWorld, authority: SimAuthority) {
    this.#world = world;
    this.#authority = authority;
  }

  check({ name, replica, acknowledged }: SimReplica): void {
    if (replica === null) return;
    this.#nothingVanishes(name, replica, acknowledged);
    this.#ownWritesAreVisible(name, replica);
  }

  /** What was reported durable is pending, refused, or in what the authority confirmed here. */
  #nothingVanishes(name: string, replica: Replica, acknowledged: readonly Op[]): void {
    const here = new Set([...replica.pending(), ...replica.refused().map(({ op }) => op)].map(opId));
    for (const op of acknowledged) {
      const id = opId(op);
      if (this.#settled.has(id) || here.has(id)) continue;
      if (this.#isConfirmed(replica, op)) this.#settled.add(id);
      else this.#world.violate(`${name}: acknowledged op ${id} is neither pending nor refused nor confirmed`);
    }
  }

  #isConfirmed(replica: Replica, op: Op): boolean {
    const result = decisionOf(this.#authority.disk, op)?.result;
    if (result?.status !== 'accepted') return false;
    const state = replica.confirmed(op.id);
    if (state !== undefined) return state.seq >= result.seq;
    const kept = stateOf(this.#authority.disk, op.id);
    return kept !== undefined && (kept.deleted || kept.fields['secret'] === true);
  }

  /** A user sees what he has changed, also while it is on its way. */
  #ownWritesAreVisible(name: string, replica: Replica): void {
    const wanted = new Map<string, { op: Op; field: string; value: Plain | undefined }>();
    for (const op of replica.pending()) {
      if (op.kind === 'create')
        for (const key of [...wanted.keys()]) if (key.startsWith(`${op.id}.`)) wanted.delete(key);
      if (op.kind !== 'update') continue;
      for (const field of [...Object.keys(op.patch.set), ...op.patch.unset]) {
        wanted.set(`${op.id}.${field}`, { op, field, value: op.patch.set[field] });
      }
    }
    for (const { op, field, value } of wanted.values()) {
      const state = replica.get(op.id);
      if (state === undefined || state.deleted || plainEqual(state.fields[field], value)) continue;
      this.#world.violate(`${name}: pending op ${opId(op)} changed ${field}, which is not visible`);
    }
  }

  /** What was confirmed here is never followed by something older. */
  nothingGoesBack({ name, replica }: SimReplica, id: string): void {
    const seq = replica?.confirmed(id)?.seq;
    if (seq === undefined) return;
    const key = `${name} ${id}`;
    if (seq < (this.#seen.get(key) ?? 0)) this.#world.violate(`${name}: ${id} went back to seq ${seq}`);
    this.#seen.set(key, seq);
  }
}

import type { Plain } from '../../plain.ts';
import type { Op } from '../../record/op.ts';
import { opId } from '../../record/op.ts';
import { plainEqual } from '../../record/plain-equal.ts';
import type { Replica } from '../../sync/sync-api.ts';
import { markOf } from './op-mark.ts';
import type { SimDevice } from './sim-device.ts';
import type { SimLedger } from './sim-ledger.ts';
import type { SimWorld } from './sim-world.ts';

/** The laws that hold at every moment at every device, whatever is down or lost. */
export class StandingLaws {
  readonly #world: SimWorld;
  readonly #ledger: SimLedger;
  readonly #lostObjects: ReadonlySet<string>;
  /** acknowledged ops whose end has been seen, by device */
  readonly #settled = new Set<string>();
  /** the highest confirmed seq seen, by device and object */
  readonly #seen = new Map<string, number>();
  /** objects that a disk has lost what it kept of, by device: they come back with the feed */
  readonly #hurt = new Set<string>();
  #rewinds = 0;

  /** @param lostObjects ids of objects that the authority's disk has lost: they may be gone everywhere */
  constructor(world: SimWorld, ledger: SimLedger, lostObjects: ReadonlySet<string>) {
    this.#world = world;
    this.#ledger = ledger;
    this.#lostObjects = lostObjects;
  }

  check(device: SimDevice): void {
    const { label, replica } = device;
    if (replica === null) return;
    this.#nothingVanishes(device, replica);
    this.#ownWritesAreVisible(label, replica);
  }

  /** What was reported durable is pending, refused, or in what the authority confirmed here. */
  #nothingVanishes({ label, name, acknowledged, forgiven }: SimDevice, replica: Replica): void {
    const here = new Set([...replica.pending(), ...replica.refused().map(({ op }) => op)].map(markOf));
    for (const [mark, op] of acknowledged) {
      const key = `${label} ${mark}`;
      if (this.#settled.has(key) || here.has(mark) || forgiven.has(mark)) continue;
      if (this.#hurt.has(`${label} ${op.id}`)) continue;
      if (this.#isConfirmed(replica, name, { op, mark })) this.#settled.add(key);
      else this.#world.violate(`${label}: acknowledged op ${opId(op)} is neither pending nor refused nor confirmed`);
    }
  }

  #isConfirmed(replica: Replica, user: string, { op, mark }: { op: Op; mark: string }): boolean {
    if (this.#ledger.lost.some((lost) => lost.mark === mark && lost.result.status === 'accepted')) return true;
    const { result } = this.#ledger.of(mark).find((each) => each.result.status === 'accepted') ?? {};
    if (result?.status !== 'accepted') return false;
    const state = replica.confirmed(op.id);
    if (state !== undefined) return state.seq >= result.seq;
    if (this.#world.rights.changed.has(user) || this.#lostObjects.has(op.id)) return true;
    // It may have left what he sees, and come back to it since.
    return this.#ledger
      .statesOf(op.id, result.seq)
      .some((kept) => kept.deleted || !this.#world.rights.sees(user, kept));
  }

  /** A user sees what he has changed, also while it is on its way. */
  #ownWritesAreVisible(label: string, replica: Replica): void {
    const wanted = new Map<string, { op: Op; field: string; value: Plain | undefined }>();
    for (const op of replica.pending()) {
      if (op.kind === 'create')
        for (const key of [...wanted.keys()]) if (key.startsWith(`${op.id}.`)) wanted.delete(key);
      if (op.kind !== 'update') continue;
      for (const field of [...Object.keys(op.patch.set), ...op.patch.unset]) {
        const value = op.patch.set[field];
        // What is set to what was seen there is no change: others may change it.
        if (value === undefined || !plainEqual(value, op.patch.base[field]))
          wanted.set(`${op.id}.${field}`, { op, field, value });
      }
    }
    for (const { op, field, value } of wanted.values()) {
      const state = replica.get(op.id);
      if (state === undefined || state.deleted || plainEqual(state.fields[field], value)) continue;
      this.#world.violate(`${label}: pending op ${opId(op)} changed ${field}, which is not visible`);
    }
  }

  /** What was confirmed here is never followed by something older, while the authority remembers. */
  nothingGoesBack({ label, replica }: SimDevice, id: string): void {
    if (this.#rewinds !== this.#ledger.rewinds) return this.#seen.clear();
    const seq = replica?.confirmed(id)?.seq;
    if (seq === undefined) return;
    const key = `${label} ${id}`;
    if (seq < (this.#seen.get(key) ?? 0)) this.#world.violate(`${label}: ${id} went back to seq ${seq}`);
    this.#seen.set(key, seq);
  }

  /** A copy of a disk lacks what its original lacks. */
  inherit({ label }: SimDevice, original: SimDevice): void {
    const own = `${original.label} `;
    for (const key of [...this.#hurt]) if (key.startsWith(own)) this.#hurt.add(`${label} ${key.slice(own.length)}`);
  }

  /** The world is at rest: what is seen from here on binds again. */
  settle(): void {
    this.#rewinds = this.#ledger.rewinds;
    this.#hurt.clear();
  }

  /** A device's disk has lost something: what was seen there before binds nobody. */
  forget({ label }: SimDevice, ids: readonly string[]): void {
    for (const id of ids) this.#hurt.add(`${label} ${id}`);
    for (const key of [...this.#seen.keys()]) if (key.startsWith(`${label} `)) this.#seen.delete(key);
  }
}

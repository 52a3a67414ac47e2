import type { Disposable, Plain } from '../plain.ts';
import type { RealmApi } from '../realm/realm-api.ts';
import type { CallAsk } from '../realm/realm-ask.ts';
import { hostOf, type Op } from '../record/op.ts';
import type { Host } from './host-api.ts';
import type { HostEvents } from './host-events.ts';
import type { HostOptions, RunningHost } from './host-options.ts';
import type { LiveObjects } from './live-objects.ts';
import type { ModelRegistry } from './model-registry.ts';
import { ObjectHistory } from './object-history.ts';
import type { Partition, PartitionChange } from './partition.ts';
import { RealmCalls } from './realm-calls.ts';
import type { RealmSupervisor } from './realm-supervisor.ts';

export interface HostObjectsOptions extends Pick<
  HostOptions,
  'node' | 'platform' | 'tenant' | 'mesh' | 'user' | 'role'
> {
  readonly host: Host;
  readonly registry: ModelRegistry;
  readonly events: HostEvents;
  realmOf(modelName: string): RealmSupervisor;
  partitions(): ReadonlyMap<string, Partition>;
}

/** What objects in realms reach at their host. A browser loads the program that serves them with the first need of it. */
export class HostObjects {
  readonly calls: RealmCalls;
  readonly #options: HostObjectsOptions;
  readonly #seen = new ObjectHistory();
  #live: LiveObjects | null = null;

  constructor(options: HostObjectsOptions) {
    this.#options = options;
    this.calls = new RealmCalls(options);
  }

  /** @throws TestudoError as `answerAsk` */
  async answer(request: CallAsk): Promise<Plain> {
    return (await this.#load()).answer(request);
  }

  async history(...args: Parameters<Host['history']>): ReturnType<Host['history']> {
    return (await this.#load()).history(...args);
  }

  async subscribe(...args: Parameters<RunningHost['subscribe']>): Promise<Disposable> {
    return (await this.#load()).events.on(...args);
  }

  /** A partition has told of a change. */
  changed(modelName: string, change: PartitionChange): void {
    if (change.type === 'object') {
      // An authority keeps its own for good.
      if (this.#options.role.name === 'replica') this.#seen.add(change);
      this.#live?.residents.changed(change.state);
      return;
    }
    const { requestId } = change.op;
    if (change.type === 'accepted') this.#accepted(modelName, change.op, this.calls.hopsOf(requestId));
    this.calls.forget(requestId);
  }

  /**
   * A realm has started anew, or models were loaded.
   * @throws TestudoError `TOO_LARGE` for a model with too many objects to be resident
   */
  async resume(): Promise<void> {
    const { registry, partitions } = this.#options;
    const isNeeded = registry
      .all()
      .some(({ residentLimit, hears }) => residentLimit !== undefined || hears !== undefined);
    if (isNeeded || this.#live) (await this.#load()).residents.resume(partitions());
  }

  /** A realm runs for one call beside a group's own: it has the same residents. */
  async lend(realm: RealmApi, group: RealmSupervisor): Promise<void> {
    await this.#live?.residents.lend(realm, group, this.#options.partitions());
  }

  /** Events of an op are told where it was made: there its handlers run, as its ports do. What led to it leads to its steps. */
  #accepted(modelName: string, op: Op, hops: number): void {
    if (this.#live === null || hostOf(op.replica) !== this.#options.node) return;
    if (hops > 0) for (const { key } of this.#options.registry.dueOf(op)) this.calls.causes(`flow:${key}`, hops);
    for (const name of this.#options.registry.eventsOf(op))
      this.#live.fire({ name, modelName, id: op.id, payload: null, hops });
  }

  /** A load that fails is tried again with the next need. */
  async #load(): Promise<LiveObjects> {
    if (this.#live) return this.#live;
    const { createLiveObjects } = await import(/* webpackChunkName: "objects" */ './live-objects.ts');
    this.#live ??= createLiveObjects(this.#options, this.calls, this.#seen);
    return this.#live;
  }
}

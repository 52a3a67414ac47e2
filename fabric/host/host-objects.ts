import type { SubscribeOptions } from '../event/broker.ts';
import type { EventPattern } from '../event/event-pattern.ts';
import type { Disposable, Plain } from '../plain.ts';
import type { RealmAsk } from '../realm/realm-ask.ts';
import { hostOf, type Op } from '../record/op.ts';
import type { DomainEvent } from '../spec/object-scope.ts';
import type { DomainEvents } from './domain-events.ts';
import type { Host } from './host-api.ts';
import type { HostEvents } from './host-events.ts';
import type { HostOptions } from './host-options.ts';
import type { ModelRegistry } from './model-registry.ts';
import { ObjectHistory } from './object-history.ts';
import type { Partition, PartitionChange } from './partition.ts';
import { RealmCalls } from './realm-calls.ts';
import type { RealmSupervisor } from './realm-supervisor.ts';
import type { ResidentFeed } from './resident-feed.ts';

export interface HostObjectsOptions extends Pick<HostOptions, 'node' | 'platform' | 'tenant' | 'mesh' | 'user'> {
  readonly host: Host;
  readonly registry: ModelRegistry;
  readonly events: HostEvents;
  realmOf(modelName: string): RealmSupervisor;
  partitions(): ReadonlyMap<string, Partition>;
}

/**
 * What objects in realms reach at their host: answers to what their code asks, domain events, residents, histories.
 * A browser loads the program of each with the first need of it.
 */
export class HostObjects {
  readonly calls: RealmCalls;
  readonly #options: HostObjectsOptions;
  readonly #history = new ObjectHistory();
  #events: Promise<DomainEvents> | null = null;
  #residents: ResidentFeed | null = null;

  constructor(options: HostObjectsOptions) {
    this.#options = options;
    this.calls = new RealmCalls(options);
  }

  /** @throws TestudoError as `answerAsk` */
  async answer(request: RealmAsk): Promise<Plain> {
    const { answerAsk } = await import(/* webpackChunkName: "asks" */ './realm-asks.ts');
    const { host, registry, mesh, tenant } = this.#options;
    return answerAsk(request, {
      ...{ host, registry, mesh, tenant },
      calls: this.calls,
      history: this.#history,
      fire: (event) => this.#fire(event),
      listen: async (modelName, name) => (await this.#domainEvents()).listen(modelName, name),
    });
  }

  /** Calls back with each later domain event whose name matches and that was made at this host. */
  async subscribe(
    pattern: EventPattern,
    handler: (event: DomainEvent) => unknown,
    options?: SubscribeOptions<DomainEvent>,
  ): Promise<Disposable> {
    return (await this.#domainEvents()).on(pattern, handler, options);
  }

  /** A partition has told of a change. */
  changed(partition: Partition, change: PartitionChange): void {
    if (change.type === 'object') {
      this.#history.add(change);
      this.#residents?.changed(change.state);
      return;
    }
    if (change.type === 'refused') this.calls.takeCause(change.op.requestId);
    else this.#accepted(partition.modelName, change.op);
  }

  /** A realm has started anew, or models were loaded. @throws TestudoError `TOO_LARGE` for a model with too many objects to be resident */
  async resume(): Promise<void> {
    const { registry, partitions } = this.#options;
    if (this.#residents === null && registry.all().every(({ residentLimit }) => residentLimit === undefined)) return;
    this.#residents ??= await this.#loadResidents();
    this.#residents.resume(partitions());
  }

  /** Events of an op are told where it was made: there its handlers run, as its ports do. */
  #accepted(modelName: string, op: Op): void {
    const hops = this.calls.takeCause(op.requestId);
    if (hostOf(op.replica) !== this.#options.node) return;
    for (const name of this.#options.registry.eventsOf(op))
      this.#tell({ name, modelName, id: op.id, payload: null, hops });
  }

  /** Nobody has asked to hear of events before the program is loaded that tells of them. */
  #tell(event: DomainEvent): void {
    const isHeard = this.#events !== null || this.#options.registry.all().some(({ hears }) => hears !== undefined);
    if (isHeard) this.#use(this.#domainEvents(), (events) => events.fire(event));
  }

  async #fire(event: DomainEvent): Promise<void> {
    (await this.#domainEvents()).fire(event);
    const { name, modelName, id, payload } = event;
    this.#options.events.emit({ type: 'domain', name, modelName, id, ...(payload === null ? {} : { payload }) });
  }

  #use<T>(program: Promise<T>, act: (loaded: T) => void): void {
    program.then(act).catch((error: unknown) => this.#options.platform.onError(error));
  }

  #domainEvents(): Promise<DomainEvents> {
    this.#events ??= this.#loadEvents();
    return this.#events;
  }

  /** A load that fails is tried again with the next need. */
  async #loadEvents(): Promise<DomainEvents> {
    const { platform, registry, realmOf, partitions } = this.#options;
    try {
      const { DomainEvents: Events } = await import(/* webpackChunkName: "events" */ './domain-events.ts');
      return new Events({
        platform,
        calls: this.calls,
        models: () => registry.all(),
        realmOf: (modelName) => realmOf(modelName).ready(),
        ownerOf: ({ modelName, id }) => this.calls.ownerOf(partitions().get(modelName)?.get(id) ?? { owner: '' }),
        shareRealm: (modelName, other) => realmOf(modelName) === realmOf(other),
      });
    } catch (error) {
      this.#events = null;
      throw error;
    }
  }

  async #loadResidents(): Promise<ResidentFeed> {
    const { platform, registry, realmOf } = this.#options;
    const { ResidentFeed: Feed } = await import(/* webpackChunkName: "residents" */ './resident-feed.ts');
    return this.#residents ?? new Feed({ registry, realmOf, onError: (error) => platform.onError(error) });
  }
}

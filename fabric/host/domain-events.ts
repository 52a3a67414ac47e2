import { fromWire, TestudoError, unwrap } from '../error.ts';
import { createBroker, type Broker, type EventHandler, type SubscribeOptions } from '../event/broker.ts';
import { matcherOf, type EventPattern } from '../event/event-pattern.ts';
import type { Disposable } from '../plain.ts';
import type { Platform } from '../platform.ts';
import type { RealmApi } from '../realm/realm-api.ts';
import type { ModelReport } from '../spec/model-report.ts';
import type { DomainEvent } from '../spec/object-scope.ts';
import type { Principal } from '../access/principal.ts';
import { anonymous } from '../access/principal.ts';
import { maxHops, type RealmCalls } from './realm-calls.ts';

export interface DomainEventsOptions {
  readonly platform: Pick<Platform, 'onError' | 'timer'>;
  readonly calls: RealmCalls;
  /** the models that this host runs now */
  models(): readonly ModelReport[];
  /** the realm that runs a model */
  realmOf(modelName: string): Promise<RealmApi>;
  /** in whose name handlers of an event run */
  ownerOf(event: DomainEvent): Principal;
  /** whether two models' code is of one trust group: only then may one act in the name of who owns the other's object */
  shareRealm(modelName: string, other: string): boolean;
}

const HANDLER_DEADLINE_MS = 30_000;
/** names that models may ask to hear at run time */
const MAX_LISTENED = 1000;

/** A host's domain events: its subscribers, and the handlers of its models. Delivery is local to the host. */
export class DomainEvents {
  readonly #options: DomainEventsOptions;
  readonly #broker: Broker<DomainEvent>;
  readonly #listened = new Map<string, Map<string, (name: string) => boolean>>();
  #count = 0;

  constructor(options: DomainEventsOptions) {
    this.#options = options;
    const { platform } = options;
    this.#broker = createBroker({
      maxHops,
      onError: (error) => platform.onError(error),
      timer: (delayMs, callback) => platform.timer(delayMs, callback),
    });
    this.#broker.on('*', (event) => this.#tellModels(event));
  }

  /** @throws TestudoError `TOO_DEEP` when more than 16 events led to it */
  fire(event: DomainEvent): void {
    this.#broker.emit(event, event.hops);
  }

  on(pattern: EventPattern, handler: EventHandler<DomainEvent>, options?: SubscribeOptions<DomainEvent>): Disposable {
    return this.#broker.on(pattern, handler, options);
  }

  /** Has a model's realm told of these events from now on. @throws TestudoError `TOO_LARGE` beyond 1000 names */
  listen(modelName: string, name: string): void {
    const names = this.#listened.get(modelName) ?? new Map<string, (name: string) => boolean>();
    if (names.has(name)) return;
    if (this.#count >= MAX_LISTENED)
      throw new TestudoError('TOO_LARGE', `models listen to ${MAX_LISTENED} names already; listen to fewer, or by *`);
    this.#count += 1;
    this.#listened.set(modelName, names.set(name, matcherOf(name)));
  }

  #tellModels(event: DomainEvent): void {
    for (const model of this.#options.models()) {
      if (hears(model, event) || this.#listens(model.modelName, event.name)) {
        this.#tell(model.modelName, event).catch((error: unknown) => this.#options.platform.onError(error));
      }
    }
  }

  #listens(modelName: string, name: string): boolean {
    return Array.from(this.#listened.get(modelName)?.values() ?? []).some((matches) => matches(name));
  }

  /** Other code than the object's own acts in nobody's name. */
  async #tell(modelName: string, event: DomainEvent): Promise<void> {
    const { calls, realmOf, ownerOf, shareRealm } = this.#options;
    const principal = shareRealm(modelName, event.modelName) ? ownerOf(event) : anonymous;
    const realm = await realmOf(modelName);
    await calls.during({ principal, isLive: true, hops: event.hops }, async (call) => {
      unwrap(await this.#withDeadline(modelName, event, realm.handleEvent({ modelName, event, call })));
    });
  }

  /** Handlers that never end are let go: their call is over then, and they reach nothing any more. */
  #withDeadline<T>(modelName: string, { name }: DomainEvent, run: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = this.#options.platform.timer(HANDLER_DEADLINE_MS, () => {
        const message = `${modelName}: handlers of ${name} have not ended within ${HANDLER_DEADLINE_MS} ms`;
        reject(fromWire({ code: 'DEADLINE', message }));
      });
      run.then(resolve, reject).finally(() => timer.dispose());
    });
  }
}

/** Whether a model's own handlers want to hear of an event. */
export function hears({ modelName, hears: wanted }: ModelReport, event: DomainEvent): boolean {
  if (wanted === undefined) return false;
  return (wanted.own && event.modelName === modelName) || wanted.names.some((name) => matcherOf(name)(event.name));
}

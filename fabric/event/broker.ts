import { TestudoError } from '../error.ts';
import type { Disposable } from '../plain.ts';
import type { Platform } from '../platform.ts';
import { matcherOf, type EventPattern } from './event-pattern.ts';

/** What a broker carries: anything with a name. */
export interface NamedEvent {
  readonly name: string;
}

export type EventHandler<E extends NamedEvent> = (event: E) => unknown;

export interface SubscribeOptions<E extends NamedEvent> {
  /** only the next event that passes */
  readonly once?: boolean;
  /** hands each event on so much later; needs the broker's `timer` */
  readonly delayMs?: number;
  /** lets an event pass; one that throws lets none pass, and is reported */
  readonly filter?: (event: E) => boolean;
  /** names that the pattern would match, and that are not wanted */
  readonly ignore?: readonly string[];
  /** ends the subscription */
  readonly signal?: AbortSignal;
}

/** Local events in the order of their emission; one handler's failure is nobody else's. */
export interface Broker<E extends NamedEvent> {
  /**
   * Calls back with each later event whose name matches: `orderPicked`, `order*`, `*`, or a RegExp. Handlers run in the
   * order of subscription; the same handler twice is two subscriptions, each with an end of its own.
   */
  on(pattern: EventPattern, handler: EventHandler<E>, options?: SubscribeOptions<E>): Disposable;
  /**
   * Hands the event to its handlers before it returns; one emitted by a handler waits until the present one is through.
   * @param hops events that led to this one; by default those of the event that is being handed on, and that one
   * @throws TestudoError `TOO_DEEP` when more events than allowed led to it, one by the other
   */
  emit(event: E, hops?: number): void;
}

export interface BrokerOptions {
  /** is told what a handler throws or rejects with */
  onError(error: unknown): void;
  readonly timer?: Platform['timer'];
  /** events that may lead to one another; default 32 */
  readonly maxHops?: number;
}

interface Subscription<E extends NamedEvent> {
  readonly handler: EventHandler<E>;
  /** `undefined`: the handler gets everything that matches, at once */
  readonly options: SubscribeOptions<E> | undefined;
  readonly delayed: Set<Disposable>;
  matches(name: string): boolean;
  /** ends it */
  dispose(): void;
  isActive: boolean;
}

class EventBroker<E extends NamedEvent> implements Broker<E> {
  readonly #options: BrokerOptions;
  #subscriptions: readonly Subscription<E>[] = [];
  /** who gets an event, by its name; emptied with every change of the subscriptions */
  #byName = new Map<string, readonly Subscription<E>[]>();
  readonly #queue: { readonly event: E; readonly hops: number }[] = [];
  /** of the event that is being handed on; -1: none is */
  #hops = -1;

  constructor(options: BrokerOptions) {
    this.#options = options;
  }

  on(pattern: EventPattern, handler: EventHandler<E>, options?: SubscribeOptions<E>): Disposable {
    if (options?.delayMs !== undefined && this.#options.timer === undefined)
      throw new TestudoError('BAD_REQUEST', 'this broker was given no timer, so that it delays nothing');
    const delayed = new Set<Disposable>();
    const dispose = (): void => this.#end(subscription);
    const subscription = { handler, options, delayed, matches: matcherOf(pattern), dispose, isActive: true };
    if (options?.signal?.aborted) return { dispose };
    options?.signal?.addEventListener('abort', dispose);
    this.#change(this.#subscriptions.concat(subscription));
    return { dispose };
  }

  emit(event: E, hops: number = this.#hops + 1): void {
    const { maxHops = 32 } = this.#options;
    if (hops > maxHops)
      throw new TestudoError(
        'TOO_DEEP',
        `${event.name} was led to by ${hops} events, one by the other, and is not fired; does a handler answer itself?`,
      );
    if (this.#hops >= 0) return void this.#queue.push({ event, hops });
    this.#deliver(event, hops);
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift())
      this.#deliver(next.event, next.hops);
  }

  #deliver(event: E, hops: number): void {
    this.#hops = hops;
    try {
      const receivers = this.#byName.get(event.name) ?? this.#receivers(event.name);
      for (let index = 0; index < receivers.length; index += 1) {
        const subscription = receivers[index] as Subscription<E>;
        if (!subscription.isActive) continue;
        if (subscription.options === undefined) this.#run(subscription.handler, event);
        else this.#handOn(subscription, subscription.options, event);
      }
    } finally {
      this.#hops = -1;
    }
  }

  #receivers(name: string): readonly Subscription<E>[] {
    if (this.#byName.size >= 1000) this.#byName.clear();
    const found = this.#subscriptions.filter(
      ({ matches, options }) => matches(name) && options?.ignore?.includes(name) !== true,
    );
    this.#byName.set(name, found);
    return found;
  }

  #handOn(subscription: Subscription<E>, { once, delayMs, filter }: SubscribeOptions<E>, event: E): void {
    try {
      if (filter !== undefined && !filter(event)) return;
    } catch (error) {
      return this.#options.onError(error);
    }
    const { handler, delayed } = subscription;
    if (delayMs === undefined) {
      if (once) this.#end(subscription);
      return this.#run(handler, event);
    }
    if (once && delayed.size > 0) return;
    const timer = this.#options.timer?.(delayMs, () => {
      if (timer !== undefined) delayed.delete(timer);
      if (once) this.#end(subscription);
      this.#run(handler, event);
    });
    if (timer !== undefined) delayed.add(timer);
  }

  #run(handler: EventHandler<E>, event: E): void {
    try {
      const given = handler(event);
      if (given instanceof Promise) given.catch(this.#options.onError);
    } catch (error) {
      this.#options.onError(error);
    }
  }

  #end(subscription: Subscription<E>): void {
    if (!subscription.isActive) return;
    subscription.isActive = false;
    subscription.options?.signal?.removeEventListener('abort', subscription.dispose);
    for (const timer of subscription.delayed) timer.dispose();
    this.#change(this.#subscriptions.filter((other) => other !== subscription));
  }

  #change(subscriptions: readonly Subscription<E>[]): void {
    this.#subscriptions = subscriptions;
    this.#byName = new Map();
  }
}

/** A broker without subscribers. */
export function createBroker<E extends NamedEvent>(options: BrokerOptions): Broker<E> {
  return new EventBroker<E>(options);
}

import type { Disposable } from '../plain.ts';

/** What a broker carries: anything with a name. */
export interface NamedEvent {
  readonly name: string;
}

export type EventHandler<E extends NamedEvent> = (event: E) => void | Promise<void>;

/** Local events in the order of their emission; one handler's failure is nobody else's. */
export interface Broker<E extends NamedEvent> {
  /** Calls back with each later event of that name, or with every event for `'*'`; handlers run in the order of subscription. */
  on(name: string, handler: EventHandler<E>): Disposable;
  /** Hands the event to its handlers before it returns; one emitted by a handler waits until the present one is through. */
  emit(event: E): void;
}

interface Subscription<E extends NamedEvent> {
  readonly name: string;
  readonly handler: EventHandler<E>;
  isActive: boolean;
}

/** @param onError is told what a handler throws or rejects with */
export function createBroker<E extends NamedEvent>(onError: (error: unknown) => void): Broker<E> {
  let subscriptions: readonly Subscription<E>[] = [];
  const queue: E[] = [];
  let isEmitting = false;

  function deliver(event: E): void {
    for (const subscription of subscriptions) {
      if (!subscription.isActive || (subscription.name !== '*' && subscription.name !== event.name)) continue;
      try {
        Promise.resolve(subscription.handler(event)).catch(onError);
      } catch (error) {
        onError(error);
      }
    }
  }

  return {
    on(name, handler) {
      const subscription = { name, handler, isActive: true };
      subscriptions = subscriptions.concat(subscription);
      return {
        dispose() {
          subscription.isActive = false;
          subscriptions = subscriptions.filter((other) => other !== subscription);
        },
      };
    },
    emit(event) {
      queue.push(event);
      if (isEmitting) return;
      isEmitting = true;
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) deliver(next);
      isEmitting = false;
    },
  };
}

import { TestudoError } from '../error.ts';
import type { Disposable, Plain } from '../plain.ts';
import type { Delivery } from './mesh-node.ts';
import { matchesSubject } from './subject.ts';

export type ServeHandler = (body: Plain, delivery: Delivery) => Promise<Plain> | Plain;
export type SubscriptionHandler = (body: Plain, delivery: Delivery) => void;

interface Subscription {
  readonly pattern: string;
  readonly handler: SubscriptionHandler;
}

/** What this node itself serves and wants. */
export interface LocalServices {
  /** @throws TestudoError `CONFLICT` when the subject is served already */
  serve(subject: string, handler: ServeHandler): Disposable;
  subscribe(pattern: string, handler: SubscriptionHandler): Disposable;
  handlerOf(subject: string): ServeHandler | undefined;
  /** Hands a publication to every subscription that matches; what they throw goes to `onError`. */
  deliver(body: Plain, delivery: Delivery): void;
  serves(): readonly string[];
  /** every pattern once */
  subscribes(): readonly string[];
}

/** Makes an empty registry; `onChange` is called after every change. */
export function localServices(onChange: () => void, onError: (error: unknown) => void): LocalServices {
  const handlers = new Map<string, ServeHandler>();
  const subscriptions = new Set<Subscription>();

  return {
    serve(subject: string, handler: ServeHandler): Disposable {
      if (handlers.has(subject))
        throw new TestudoError('CONFLICT', `${subject} is served already; dispose the former handler`);
      handlers.set(subject, handler);
      onChange();
      return {
        dispose(): void {
          if (handlers.get(subject) !== handler) return;
          handlers.delete(subject);
          onChange();
        },
      };
    },
    subscribe(pattern: string, handler: SubscriptionHandler): Disposable {
      const subscription = { pattern, handler };
      subscriptions.add(subscription);
      onChange();
      return {
        dispose(): void {
          if (subscriptions.delete(subscription)) onChange();
        },
      };
    },
    handlerOf: (subject) => handlers.get(subject),
    deliver(body: Plain, delivery: Delivery): void {
      for (const { pattern, handler } of subscriptions) {
        if (!matchesSubject(pattern, delivery.subject)) continue;
        try {
          handler(body, delivery);
        } catch (error) {
          onError(error);
        }
      }
    },
    serves: () => [...handlers.keys()],
    subscribes: () => [...new Set([...subscriptions].map(({ pattern }) => pattern))],
  };
}

import { TestudoError } from '../error.ts';
import type { Disposable, Plain } from '../plain.ts';
import type { Platform } from '../platform.ts';
import type { Delivery, MeshNode } from '../mesh/mesh-node.ts';
import type { HostEvent, HostEventBody } from './host-api.ts';

/** Where everything that happens in a host is told. */
export interface HostEvents {
  emit(body: HostEventBody): void;
  on(listener: (event: HostEvent) => void): Disposable;
}

export interface HostEventsOptions {
  readonly node: string;
  readonly platform: Platform;
  readonly mesh: MeshNode;
  /** also tells the mesh, and tells listeners here what other hosts tell */
  readonly trace: boolean;
}

/**
 * Where an event is told on the mesh: an object's only to its owner's nodes, everything else to all. The mesh policy
 * reads the last token.
 */
function traceSubject(event: HostEvent): string {
  const audience = event.type === 'object' ? event.state.owner : 'all';
  return `trace.${event.node}.${/^[a-z0-9-]+$/.test(audience) ? audience : 'nobody'}`;
}

/** What a peer tells, if it is an event of its own. */
function tracedEvent(body: Plain, { src, subject }: Delivery): HostEvent | null {
  if (typeof body !== 'object' || body === null || !('type' in body) || !('node' in body)) return null;
  const isItsOwn = body.node === src && subject.split('.')[1] === src;
  return isItsOwn ? ({ ...body, traced: true } as unknown as HostEvent) : null;
}

/** An emitter whose listeners cannot disturb each other; a throwing one is reported to `onError`. */
export function createHostEvents(options: HostEventsOptions): HostEvents {
  const listeners = new Set<(event: HostEvent) => void>();
  const tell = (event: HostEvent): void => {
    for (const listener of Array.from(listeners)) {
      try {
        if (listeners.has(listener)) listener(event);
      } catch (cause) {
        options.platform.onError(new TestudoError('INTERNAL', `a listener failed on ${event.type}`, { cause }));
      }
    }
  };
  const trace = (event: HostEvent): void => {
    try {
      options.mesh.publish(traceSubject(event), event as unknown as Plain);
    } catch (error) {
      options.platform.onError(error);
    }
  };
  if (options.trace) {
    options.mesh.subscribe('trace.*.*', (body, delivery) => {
      const event = delivery.src === options.node ? null : tracedEvent(body, delivery);
      if (event !== null) tell(event);
    });
  }
  return {
    emit(body) {
      const event = { ...body, atMs: options.platform.now(), node: options.node } as HostEvent;
      tell(event);
      if (options.trace) trace(event);
    },
    on(listener) {
      listeners.add(listener);
      return { dispose: () => void listeners.delete(listener) };
    },
  };
}

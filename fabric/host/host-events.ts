import { TestudoError } from '../error.ts';
import type { Disposable, Plain } from '../plain.ts';
import type { Platform } from '../platform.ts';
import type { MeshNode } from '../mesh/mesh-node.ts';
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

function isHostEvent(body: Plain): boolean {
  return typeof body === 'object' && body !== null && !Array.isArray(body) && 'type' in body && 'node' in body;
}

/** An emitter whose listeners cannot disturb each other; a throwing one is reported to `onError`. */
export function createHostEvents(options: HostEventsOptions): HostEvents {
  const listeners = new Set<(event: HostEvent) => void>();
  const tell = (event: HostEvent): void => {
    for (const listener of listeners) {
      try {
        listener(event);
      } catch (cause) {
        options.platform.onError(new TestudoError('INTERNAL', `a listener failed on ${event.type}`, { cause }));
      }
    }
  };
  if (options.trace) {
    options.mesh.subscribe('trace.*', (body, delivery) => {
      if (delivery.src !== options.node && isHostEvent(body)) tell(body as unknown as HostEvent);
    });
  }
  return {
    emit(body) {
      const event = { ...body, atMs: options.platform.now(), node: options.node } as HostEvent;
      tell(event);
      if (options.trace) options.mesh.publish(`trace.${options.node}`, event as unknown as Plain);
    },
    on(listener) {
      listeners.add(listener);
      return { dispose: () => void listeners.delete(listener) };
    },
  };
}

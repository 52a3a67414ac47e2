import type { Endpoint } from 'comlink';

/** A comlink endpoint over a BroadcastChannel that two sides alone know. */
export interface BroadcastEndpoint extends Endpoint {
  close(): void;
}

/** Opens one side of the channel. Ports cannot be transferred over it. */
export function openBroadcastEndpoint(name: string): BroadcastEndpoint {
  const channel = new BroadcastChannel(name);
  return {
    postMessage: (message) => channel.postMessage(message),
    addEventListener: (type, listener, options) => channel.addEventListener(type, listener, options),
    removeEventListener: (type, listener, options) => channel.removeEventListener(type, listener, options),
    close: () => channel.close(),
  };
}

import type { Endpoint } from 'comlink';

/** A comlink endpoint over a BroadcastChannel that two sides alone know. What is posted once it is closed goes nowhere. */
export interface BroadcastEndpoint extends Endpoint {
  close(): void;
}

/** Opens one side of the channel. Ports cannot be transferred over it. */
export function openBroadcastEndpoint(name: string): BroadcastEndpoint {
  const channel = new BroadcastChannel(name);
  let isOpen = true;
  return {
    // A call may be answered after the tab that asked has gone; a closed channel throws where a closed port is silent.
    postMessage: (message) => (isOpen ? channel.postMessage(message) : undefined),
    addEventListener: (type, listener, options) => channel.addEventListener(type, listener, options),
    removeEventListener: (type, listener, options) => channel.removeEventListener(type, listener, options),
    close() {
      isOpen = false;
      channel.close();
    },
  };
}

import type { RealmPort } from './realm-link.ts';

/** A port by its functions as they are now: in a browser they are taken from its prototype with the other powers. */
export function keepPort(port: RealmPort): RealmPort {
  return {
    postMessage: port.postMessage.bind(port),
    addEventListener: port.addEventListener.bind(port),
    removeEventListener: port.removeEventListener.bind(port),
    start: port.start.bind(port),
    close: port.close.bind(port),
  };
}

import { connectRealm } from '@testudo/fabric/realm/connect-realm';
import type { RealmHost } from '@testudo/fabric/realm/realm-api';
import type { RealmHandle } from '@testudo/fabric/realm/realm-handle';
import type { RealmPort } from '@testudo/fabric/realm/realm-link';

import type { PortMessage } from './realm-message.ts';

/** A realm's worker as the page that made it holds it, and the port that goes to the host's worker. */
export interface RealmWorker {
  readonly worker: Worker;
  readonly port: MessagePort;
}

/** In a page: starts the realm program. @param url of `realm.js`, passed by the page's Trusted Types policy */
export function openRealmWorker(url: string): RealmWorker {
  const worker = new Worker(url, { name: 'testudo-realm' });
  const { port1, port2 } = new MessageChannel();
  const message: PortMessage = { type: 'testudo-realm', port: port2 };
  worker.postMessage(message, [port2]);
  return { worker, port: port1 };
}

export interface AdoptOptions {
  /** Asks the page to end the worker; without it the realm is asked to end itself. */
  readonly terminate?: () => Promise<void>;
  /** Hands over the way to say that the page's worker has failed or is gone. */
  readonly onConnected?: (lost: (reason: string) => void) => void;
}

/** In the host's worker: takes over a realm by the port that a page handed over. Calls wait until it serves. */
export function adoptRealm(name: string, port: MessagePort, host: RealmHost, options: AdoptOptions = {}): RealmHandle {
  const { port1: near, port2: far } = new MessageChannel();
  const { handle, lost } = connectRealm({
    name,
    port: asRealmPort(port),
    channel: { near: asRealmPort(near), far: asRealmPort(far) },
    host,
    ...(options.terminate === undefined ? {} : { terminate: options.terminate }),
  });
  // Chromium 122 and later tell when the other side is gone; elsewhere the page has to.
  port.addEventListener('close', () => lost('its worker is gone'));
  options.onConnected?.(lost);
  return handle;
}

function asRealmPort(port: MessagePort): RealmPort {
  return port as unknown as RealmPort;
}

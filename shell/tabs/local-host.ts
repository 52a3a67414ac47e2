import { releaseProxy, wrap } from 'comlink';

import type { Principal } from '@testudo/fabric/access/principal';
import { fromWire, TestudoError } from '@testudo/fabric/error';
import type { ShellConfig } from '@testudo/fabric/host/shell-config';

import type { ScriptUrls } from '../trusted-types.ts';
import { openRealmWorker } from '../web-realm.ts';
import type { Attachment } from './host-client.ts';
import type { HostService } from './host-service.ts';
import { wireRevision } from './wire.ts';
import type { FromHostWorker, ToHostWorker } from './wire.ts';

/** The host that this tab runs while it leads. */
export interface LocalHost {
  readonly attachment: Attachment;
  /** Ends the host worker and its realms at once. */
  terminate(): void;
}

export interface LocalHostOptions {
  readonly id: string;
  readonly config: ShellConfig;
  readonly principal: Principal;
  readonly urls: ScriptUrls;
  /** changes not sent when the former host lost its store; `null`: it did not */
  readonly lost: number | null;
  /** The host is of no use any more, as its store was closed under it, with so many changes that were not sent. */
  onGone(unsent: number): void;
  /** The host's program, or a part of it, has not come. */
  onFailed(): void;
  /** The host's program is of another version than this page. */
  onRefused(error: TestudoError): void;
  onError(error: unknown): void;
}

/** Starts the host worker; it answers pings at once and everything else when it has opened its store. */
export function startLocalHost(options: LocalHostOptions): LocalHost {
  const { id, config, principal, urls, lost, onError } = options;
  const worker = new Worker(urls.scriptUrl('/host.js'));
  const realms = new Map<number, Worker>();
  const channel = new MessageChannel();
  const send = (message: ToHostWorker, ports: Transferable[] = []): void => worker.postMessage(message, ports);

  function openRealm(realm: number): void {
    const { worker: realmWorker, port } = openRealmWorker(urls.scriptUrl('/realm.js'));
    realms.set(realm, realmWorker);
    realmWorker.onerror = (failure: Event & { readonly message?: string }) => {
      // The host is told, and reports it.
      failure.preventDefault();
      send({ type: 'realm-lost', id: realm, reason: failure.message ?? 'realm.js has not come' });
    };
    send({ type: 'realm', id: realm }, [port]);
  }
  function endRealm(realm: number): void {
    realms.get(realm)?.terminate();
    realms.delete(realm);
  }

  worker.onmessage = ({ data }: MessageEvent<FromHostWorker>) => {
    if (data.type === 'realm-wanted') openRealm(data.id);
    if (data.type === 'realm-ended') endRealm(data.id);
    if (data.type === 'failed') onError(fromWire(data.error));
    if (data.type === 'failed' && data.isOver) options.onFailed();
    if (data.type === 'refused') options.onRefused(fromWire(data.error));
    if (data.type === 'store-lost') options.onGone(data.unsent);
  };
  worker.onerror = ({ message }: Partial<ErrorEvent>) => {
    if (message === undefined) options.onFailed();
    else onError(new TestudoError('INTERNAL', `the host worker failed: ${message}`));
  };
  const tellNetwork = (): void => send({ type: 'network', isOnline: navigator.onLine });
  window.addEventListener('online', tellNetwork);
  window.addEventListener('offline', tellNetwork);
  send({ type: 'start', wire: wireRevision, host: id, config, principal, lost }, [channel.port2]);
  const service = wrap<HostService>(channel.port1);
  return {
    attachment: { host: id, service: service as unknown as HostService, release: () => undefined },
    terminate() {
      window.removeEventListener('online', tellNetwork);
      window.removeEventListener('offline', tellNetwork);
      worker.terminate();
      realms.forEach((realm) => realm.terminate());
      service[releaseProxy]();
    },
  };
}

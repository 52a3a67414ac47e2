import type { WorkerScope } from './worker-scope.ts';

/** A realm worker that the page has started for this host. */
export interface OpenedRealm {
  readonly port: MessagePort;
  /** Has the page end the worker. */
  end(): void;
  /** Calls back when the page has seen the worker fail. */
  onLost(listener: (reason: string) => void): void;
}

/** Realm workers for this host: a worker's program is a URL, and only the page may vouch for one. */
export interface RealmPorts {
  open(name: string): Promise<OpenedRealm>;
}

/** Asks the page for realms, one message each. */
export function createRealmPorts(scope: WorkerScope): RealmPorts {
  const waiting = new Map<number, (port: MessagePort) => void>();
  const watching = new Map<number, (reason: string) => void>();
  let count = 0;
  scope.onMessage((message, [port]) => {
    if (message.type === 'realm-lost') watching.get(message.id)?.(message.reason);
    if (message.type !== 'realm' || !port) return;
    waiting.get(message.id)?.(port);
    waiting.delete(message.id);
  });
  return {
    async open(name) {
      count += 1;
      const id = count;
      const port = await new Promise<MessagePort>((resolve) => {
        waiting.set(id, resolve);
        scope.post({ type: 'realm-wanted', id, name });
      });
      const end = (): void => {
        watching.delete(id);
        scope.post({ type: 'realm-ended', id });
      };
      return { port, end, onLost: (listener) => watching.set(id, listener) };
    },
  };
}

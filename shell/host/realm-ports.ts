import type { WorkerScope } from './worker-scope.ts';

/** Realm workers that the page starts for this host: a worker's program is a URL, and only the page may vouch for one. */
export interface RealmPorts {
  /** The port of a new realm worker, and how to end it. */
  open(name: string): Promise<{ readonly port: MessagePort; end(): void }>;
}

/** Asks the page for realms, one message each. */
export function createRealmPorts(scope: WorkerScope): RealmPorts {
  const waiting = new Map<number, (port: MessagePort) => void>();
  let count = 0;
  scope.onMessage((message, [port]) => {
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
      return { port, end: () => scope.post({ type: 'realm-ended', id }) };
    },
  };
}

import type { AppEvents, AppModels, AppObject, ModelClient, PortResult } from '@testudo/fabric/application';
import type { CallOutcome, CallRequest } from '@testudo/fabric/host/call-api';
import type { WriteOutcome, WriteRequest } from '@testudo/fabric/host/host-api';

import type { Plain } from '@testudo/fabric/plain';

import type { Keeping } from '../keeping/keeping-door.ts';
import type { HostClient } from '../tabs/host-client.ts';
import { eachOf, listAll } from './list-all.ts';
import { watchModel } from './model-watch.ts';

export interface AppModelsOptions {
  readonly client: HostClient;
  readonly events: AppEvents;
  readonly keeping: Keeping;
  /** a name never given before: the idempotency key of one write */
  uniqueName(): string;
  readonly frame: (callback: () => void) => void;
  readonly onError: (error: unknown) => void;
}

/** The models of this browser's host, for applications. */
export function createAppModels(options: AppModelsOptions): AppModels {
  const { client, keeping } = options;
  return {
    get: (modelName) => modelClient(modelName, options),
    refused: () => client.call((host) => host.refused()),
    async dismiss(modelName, opId) {
      await client.call((host) => host.dismiss(modelName, opId));
    },
    watchSync: (listener) => keeping.watchSync(listener),
    onRepair: (modelName, repair) => keeping.onRepair(modelName, repair),
  };
}

function modelClient(modelName: string, options: AppModelsOptions): ModelClient {
  const { client, events, frame, onError, uniqueName } = options;
  // The same id in every repetition: a host that takes over gives the former outcome.
  const identified = () => ({ modelName, requestId: uniqueName() });
  const written = <T extends WriteOutcome | CallOutcome>({ opId, ...outcome }: T) => ({
    ...outcome,
    synced: async () =>
      opId === null ? outcome.state : client.call((host) => host.synced(modelName, opId), { waits: true }),
  });
  async function write(request: Omit<WriteRequest, 'modelName' | 'requestId'>): Promise<AppObject> {
    const asked: WriteRequest = { ...request, ...identified() };
    return written(await client.call((host) => host.write(asked)));
  }
  async function call(id: string, port: string, ...args: readonly Plain[]): Promise<PortResult> {
    const asked: CallRequest = { ...identified(), id, port, args };
    return written(await client.call((host) => host.call(asked)));
  }
  return {
    create: (input) => write({ kind: 'create', input }),
    update: (id, changes, { ifVersion } = {}) =>
      write({ kind: 'update', id, input: changes, ...(ifVersion === undefined ? {} : { ifVersion }) }),
    delete: (id) => write({ kind: 'delete', id, input: null }),
    command: (id, name, input = null) => write({ kind: 'command', id, command: name, input }),
    call,
    find: (id) => client.call((host) => host.find(modelName, id)),
    list: (query = {}) => listAll({ client, modelName, query }),
    each: (query = {}) => eachOf({ client, modelName, query }),
    page: (query) => client.call((host) => host.list(modelName, query)),
    count: (query = {}) => client.call((host) => host.count(modelName, query)),
    history: (id, query) => client.call((host) => host.history({ modelName, id, ...query })),
    watch: (listener, query = {}) => watchModel({ modelName, query, client, events, frame, onError, listener }),
  };
}

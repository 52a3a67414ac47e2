import type { AppEvents, AppModels, AppObject, ModelClient } from '@testudo/fabric/application';
import type { WriteRequest } from '@testudo/fabric/host/host-api';

import type { HostClient } from '../tabs/host-client.ts';
import { listAll } from './list-all.ts';
import { watchModel } from './model-watch.ts';

export interface AppModelsOptions {
  readonly client: HostClient;
  readonly events: AppEvents;
  /** a name never given before: the idempotency key of one write */
  uniqueName(): string;
  readonly frame: (callback: () => void) => void;
  readonly onError: (error: unknown) => void;
}

/** The models of this browser's host, for applications. */
export function createAppModels(options: AppModelsOptions): AppModels {
  const { client } = options;
  return {
    get: (modelName) => modelClient(modelName, options),
    refused: () => client.call((host) => host.refused()),
    async dismiss(modelName, opId) {
      await client.call((host) => host.dismiss(modelName, opId));
    },
  };
}

function modelClient(modelName: string, options: AppModelsOptions): ModelClient {
  const { client, events, frame, onError, uniqueName } = options;
  async function write(request: Omit<WriteRequest, 'modelName' | 'requestId'>): Promise<AppObject> {
    // The same id in every repetition: a host that takes over gives the former outcome.
    const identified: WriteRequest = { ...request, modelName, requestId: uniqueName() };
    const { state, opId } = await client.call((host) => host.write(identified));
    return { state, synced: () => client.call((host) => host.synced(modelName, opId), { waits: true }) };
  }
  return {
    create: (input) => write({ kind: 'create', input }),
    update: (id, changes, { ifVersion } = {}) =>
      write({ kind: 'update', id, input: changes, ...(ifVersion === undefined ? {} : { ifVersion }) }),
    delete: (id) => write({ kind: 'delete', id, input: null }),
    command: (id, name, input = null) => write({ kind: 'command', id, command: name, input }),
    find: (id) => client.call((host) => host.find(modelName, id)),
    list: (query = {}) => listAll(client, modelName, query),
    page: (query) => client.call((host) => host.list(modelName, query)),
    count: (query = {}) => client.call((host) => host.count(modelName, query)),
    watch: (listener, query = {}) => watchModel({ modelName, query, client, events, frame, onError, listener }),
  };
}

import type { AdmittedBuild, Snapshot } from '../catalog/admission-api.ts';
import type { Result } from '../error.ts';
import type { HostConfiguration } from '../host/host-options.ts';
import { createModelRegistry, type ModelRegistry } from '../host/model-registry.ts';
import { createRealms, type Realms } from '../host/realms.ts';
import type { AdapterRequest, Bindings } from '../port/port-api.ts';
import type { PortOutcome, PortRequest, RealmHost } from '../realm/realm-api.ts';
import type { StartRealm } from '../realm/realm-handle.ts';
import type { ModelReport, PortReport } from '../spec/model-report.ts';
import { scriptedRealm } from './scripted-realm.ts';
import { virtualPlatform, type VirtualPlatform } from './virtual-platform.ts';

const integrity = `sha384-${'A'.repeat(64)}`;

/** One start of a realm, as a test sees it. */
export interface StartedRealm {
  readonly name: string;
  readonly host: RealmHost;
  /** remotes, in the order of their loading */
  readonly loaded: string[];
  /** federation names */
  readonly evicted: string[];
  readonly calls: PortRequest[];
  readonly adapterCalls: AdapterRequest[];
  isOver: boolean;
  /** as it was told last */
  bindings: Bindings | null;
  /** what it answers to a call of a port */
  onCall(realm: StartedRealm, request: PortRequest): Promise<Result<PortOutcome>>;
  lose(reason: string): void;
}

/** Realms without model code: a remote brings the model of its name, unless `remote:model` names another. */
export interface RealmsWorld {
  readonly realms: Realms;
  /** read by the realms when they need it */
  readonly configuration: { bindings: Bindings };
  readonly registry: ModelRegistry;
  readonly platform: VirtualPlatform;
  readonly started: readonly StartedRealm[];
  snapshot(...remotes: readonly string[]): Snapshot;
  /** Calls back with each realm that starts from now on. */
  onStart(listener: (realm: StartedRealm) => void): void;
  done(by: string): Result<PortOutcome>;
}

const done = (by: string): Result<PortOutcome> => ({
  ok: true,
  value: { result: { by }, patch: { set: {}, unset: [], base: {} }, build: 'b1' },
});

type Pending = Set<(result: Result<PortOutcome>) => void>;

function endCalls(pending: Pending, message: string): void {
  for (const resolve of pending) resolve({ ok: false, error: { code: 'REALM_LOST', message } });
}

function modelOf(modelName: string, remote: string, ports: ModelReport['ports']): ModelReport {
  const names = { modelName, endpoint: `${modelName}s`, remote, build: `testudo_${remote}_b1` };
  return { ...names, domain: 'd', schemaVersion: 1, accessControlList: {}, ports, commands: {}, relations: {} };
}

const port: PortReport = {
  type: 'outbound',
  service: 'warehouse',
  consumesEvent: null,
  producesEvent: null,
  timeoutMs: 700,
  maxRetry: 0,
  disabled: false,
};

function buildOf(name: string): AdmittedBuild {
  return {
    remote: { name, kind: 'model', build: 'b1', url: 'http://remote.test/remote.json', integrity },
    sidecar: {
      name,
      kind: 'model',
      version: '1.0.0',
      build: 'b1',
      api: 1,
      mf: '2.9',
      entry: 'entry.js',
      global: `testudo_${name}_b1`,
      exposes: ['./models'],
      files: [{ path: 'entry.js', integrity, bytes: 1 }],
      capabilities: {},
    },
  };
}

/** @param configuration what of it matters; @param ports of every model, by name */
export function realmsWorld(
  configuration: Partial<HostConfiguration>,
  ports: ModelReport['ports'] = { pick: port, back: port },
): RealmsWorld {
  const platform = virtualPlatform();
  const registry = createModelRegistry();
  const started: StartedRealm[] = [];
  const models = new Map<string, string>();
  let onStart = (_realm: StartedRealm): void => undefined;
  const startRealm: StartRealm = async (name, host) => {
    const realm: StartedRealm = {
      ...{ name, host, loaded: [], evicted: [], calls: [], adapterCalls: [], isOver: false, bindings: null },
      onCall: async () => done(name),
      lose: () => undefined,
    };
    started.push(realm);
    let end = (_reason: string): void => undefined;
    const pending: Pending = new Set();
    realm.lose = (reason) => {
      endCalls(pending, reason);
      end(reason);
    };
    onStart(realm);
    const api = scriptedRealm({
      async bind(given) {
        realm.bindings = given;
        return { ok: true, value: null };
      },
      async load({ sidecar }) {
        const { name: remote, build, global } = sidecar;
        if (remote.includes('broken')) return { ok: false, error: { code: 'SPEC_INVALID', message: 'no models' } };
        realm.loaded.push(remote);
        const model = modelOf(models.get(remote) ?? '', remote, ports);
        return { ok: true, value: { remote, build, global, models: [model], adapters: [], services: [] } };
      },
      async evict(global) {
        realm.evicted.push(global);
        return { ok: true, value: null };
      },
      callPort: (request) => {
        realm.calls.push(request);
        return new Promise((resolve) => {
          pending.add(resolve);
          void realm.onCall(realm, request).then(resolve);
        });
      },
      async callAdapter(request) {
        realm.adapterCalls.push(request);
        return { ok: true, value: { by: name } };
      },
    });
    const terminate = async (reason = 'it was terminated'): Promise<void> => {
      realm.isOver = true;
      endCalls(pending, reason);
    };
    return { name, api, terminate, onLost: (listener) => void (end = listener) };
  };
  const none: Bindings = { adapters: {}, services: {} };
  const live = { bindings: none, endpoints: {}, grants: {}, trace: false, ...configuration };
  const realms = createRealms({
    startRealm,
    runtime: 'node',
    registry,
    platform,
    configuration: live,
    events: { emit: () => undefined, on: () => ({ dispose: () => undefined }) },
    fetch: async () => ({ status: 200, headers: {}, body: '' }),
    bytes: async () => new ArrayBuffer(0),
    ask: () => Promise.reject(new Error('nobody asks about objects here')),
    lend: async () => undefined,
    onReady: () => undefined,
  });
  return {
    ...{ realms, registry, platform, started, done, configuration: live },
    onStart: (listener) => void (onStart = listener),
    snapshot(...remotes) {
      const builds = remotes.map((each) => {
        const [name = '', model = name.replaceAll('-', '_')] = each.split(':');
        models.set(name, model);
        return buildOf(name);
      });
      return { revision: 1, builds };
    },
  };
}

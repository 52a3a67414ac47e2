import type { Snapshot } from '../catalog/admission-api.ts';
import { TestudoError } from '../error.ts';
import type { Plain } from '../plain.ts';
import type { Principal } from '../access/principal.ts';
import type { ObjectState } from '../record/object-state.ts';
import { opId } from '../record/op.ts';
import type { Recorded, RequestKey } from '../sync/sync-api.ts';
import { hostPrincipal } from './access-question.ts';
import type { CallOutcome, CallRequest } from './call-api.ts';
import { checkWrite } from './check-write.ts';
import type { ConfigurationParts } from './configuration-parts.ts';
import type * as Configure from './configure-host.ts';
import type { Configured } from './configure-host.ts';
import type { FlowLeases } from './flow-leases.ts';
import type { CallUnderWay } from './inbound-call.ts';
import { keptIn } from './kept-in.ts';
import { isSuperseded, type FlowRunner } from './flow-runner-api.ts';
import type { HostReport, StorageTrouble, WriteOutcome, WriteRequest } from './host-api.ts';
import { createHostEvents, type HostEvents } from './host-events.ts';
import type * as Inspect from './inspect-host.ts';
import type { HostOptions, RunningHost } from './host-options.ts';
import { decideIn, intentOf } from './decide-in.ts';
import { liveConfiguration, type LiveConfiguration } from './live-configuration.ts';
import { createModelRegistry, type ModelRegistry } from './model-registry.ts';
import { objectId } from './object-id.ts';
import { refusedWrites, unsentWrites } from './own-writes.ts';
import type { Partition, PartitionChange } from './partition.ts';
import { HostReads } from './host-reads.ts';
import type { PartitionOpener } from './partitions.ts';
import type { Query, QueryPage } from '../store/query-api.ts';
import type { ModelReport } from '../spec/model-report.ts';
import type { RouteAnswer, RouteCall } from '../spec/route-call.ts';
import { HostObjects } from './host-objects.ts';
import { isShownAsKept } from './shown-as-kept.ts';
import { createRealms, type Realms } from './realms.ts';
import { requestText } from './request-text.ts';
import { SnapshotUse } from './snapshot-use.ts';

/** How long the owner of an unfinished flow may be away. */
const defaultLeaseMs = 30_000;
const INSPECT_SUBJECT = 'host.inspect';

class TestudoHost implements RunningHost {
  readonly node: string;
  readonly #options: HostOptions;
  readonly #startedMs: number;
  readonly #registry: ModelRegistry = createModelRegistry();
  readonly #events: HostEvents;
  readonly #realms: Realms;
  readonly #objects: HostObjects;
  readonly #reads: HostReads;
  readonly #configuration: LiveConfiguration;
  readonly #flows: FlowRunner;
  readonly #opener: PartitionOpener;
  readonly #leases: FlowLeases | undefined;
  readonly #partitions = new Map<string, Partition>();
  readonly #kinds = new Map<string, string>();
  readonly #troubles = new Map<string, StorageTrouble>();
  readonly #onTrouble = (trouble: StorageTrouble): void => {
    this.#troubles.set(trouble.place, trouble);
    this.#events.emit({ type: 'storage' });
  };
  readonly #underWay = new Map<string, CallUnderWay>();
  readonly refused: RunningHost['refused'] = async () => refusedWrites(this.#partitions);
  readonly unsent: RunningHost['unsent'] = async () => {
    await this.#opener.openLeft?.((modelName) => this.#open({ modelName }));
    return unsentWrites(this.#partitions);
  };
  readonly #snapshots: SnapshotUse;
  #isOnline: boolean;

  constructor(options: HostOptions) {
    const { node, platform, mesh, tenant } = options;
    const configuration = liveConfiguration(options.configuration);
    this.#configuration = configuration;
    this.node = node;
    this.#options = options;
    this.#startedMs = platform.now();
    this.#isOnline = options.role.name === 'authority';
    this.#events = createHostEvents({ node, platform, mesh, trace: configuration.trace });
    this.#objects = new HostObjects({
      ...options,
      host: this,
      registry: this.#registry,
      events: this.#events,
      realmOf: (modelName) => this.#realms.of(modelName),
      partitions: () => this.#partitions,
    });
    this.#reads = new HostReads({
      ...{ host: this, mesh, tenant, registry: this.#registry },
      partition: (modelName) => this.partition(modelName),
    });
    this.#realms = createRealms({
      runtime: options.runtime,
      startRealm: options.startRealm,
      configuration,
      registry: this.#registry,
      events: this.#events,
      fetch: (request) => options.fetch(request),
      bytes: (global, path) => options.bytes(global, path),
      ask: (request) => this.#objects.answer(request),
      lend: (realm, group) => this.#objects.lend(realm, group),
      onReady: () => {
        this.#snapshots.realmReady();
        this.#objects.resume().catch((error: unknown) => platform.onError(error));
        this.#flows.resume(this.#partitions.values());
      },
      platform,
    });
    this.#snapshots = new SnapshotUse({
      realms: this.#realms,
      registry: this.#registry,
      isOpen: (modelName) => this.#partitions.has(modelName),
      open: (model) => this.#open(model),
      resume: () => this.#objects.resume(),
      onUsed: () => this.#used(),
      onError: (error) => platform.onError(error),
    });
    const isOnline = (): boolean => this.#isOnline;
    const principal = hostPrincipal(node, tenant);
    const { flowLeaseMs: leaseMs = defaultLeaseMs } = configuration;
    this.#leases = options.role.leases?.({ node, platform, mesh, principal, leaseMs });
    this.#flows = options.createFlows({
      ...{ node, platform, principal, isOnline },
      realm: this.#realms,
      calls: this.#objects.calls,
      registry: this.#registry,
      events: this.#events,
    });
    this.#opener = options.role.partitions({
      ...options,
      ...(configuration.retention ? { retention: configuration.retention } : {}),
      registry: this.#registry,
      realm: this.#realms,
      calls: this.#objects.calls,
      emit: (event) => this.#events.emit(event),
      isOnline,
      onTrouble: this.#onTrouble,
      history: configuration.history,
    });
    mesh.serve(INSPECT_SUBJECT, async () => (await loadInspect()).unlisted(await this.inspect()) as unknown as Plain);
    mesh.onPeers(() => this.#events.emit({ type: 'peers' }));
  }

  useSnapshot(snapshot: Snapshot): Promise<void> {
    return this.#snapshots.use(snapshot);
  }

  #used(): void {
    this.#events.emit({ type: 'snapshot', revision: this.#snapshots.revision });
    this.#flows.resume(this.#partitions.values());
  }

  setOnline(online: boolean, reason: string): void {
    if (this.#isOnline === online) return;
    this.#isOnline = online;
    this.#events.emit({ type: 'link', online, reason });
    if (!online) return;
    for (const partition of this.#partitions.values()) partition.nudge();
    this.#flows.resume(this.#partitions.values());
  }

  async configure(parts: Partial<ConfigurationParts>): Promise<void> {
    const { configureHost } = await loadConfigure();
    configureHost(parts, { ...this.configured, isAuthority: this.#options.role.name === 'authority' });
    await this.#realms.rebind();
    this.#events.emit({ type: 'configured' });
    this.#flows.resume(this.#partitions.values());
  }

  get configured(): Configured {
    return { configuration: this.#configuration, registry: this.#registry };
  }

  /** A request that was recorded before gets its former outcome, even where it would be refused now. */
  async write(request: WriteRequest, principal: Principal): Promise<WriteOutcome> {
    const partition = this.partition(request.modelName);
    const requestId = request.requestId ? `${principal.user}:${request.requestId}` : '';
    const known = { requestId, asks: requestText(request) };
    try {
      return outcomeOf(await this.#write(partition, { ...request, ...known }, principal));
    } catch (error) {
      const former = requestId === '' ? undefined : await partition.former(known, principal);
      if (former === undefined) throw error;
      return outcomeOf(former);
    }
  }

  async #write(partition: Partition, request: WriteRequest & RequestKey, principal: Principal): Promise<Recorded> {
    const { platform } = this.#options;
    const id = request.id ?? objectId(platform);
    const before = partition.get(id);
    checkWrite(this.#registry, request, before, principal);
    const decide = intentOf(request, id, before);
    const decision = await decideIn(this.#realms, decide, { calls: this.#objects.calls, principal });
    const { ifVersion, requestId, asks } = request;
    return partition.write(
      {
        modelName: request.modelName,
        id: request.id ?? decision.id ?? id,
        kind: request.kind,
        command: decide.command,
        input: request.kind === 'command' ? request.input : (decision.asked ?? null),
        schemaVersion: decision.schemaVersion,
        baseVersion: decide.version,
        patch: decision.patch,
        step: null,
        requestId,
        asks,
        ...(ifVersion === undefined ? {} : { ifVersion }),
        atMs: platform.now(),
      },
      principal,
    );
  }

  /** A browser loads the program that calls ports from outside with the first call. */
  async call(request: CallRequest, principal: Principal, hops: number = 0): Promise<CallOutcome> {
    const partition = this.partition(request.modelName);
    const { callInbound } = await import(/* webpackChunkName: "calls" */ './inbound-call.ts');
    return callInbound(request, {
      principal,
      hops,
      calls: this.#objects.calls,
      partition,
      platform: this.#options.platform,
      realm: this.#realms,
      registry: this.#registry,
      events: this.#events,
      underWay: this.#underWay,
      breaker: (modelName, port) => this.#flows.breaker(modelName, port),
    });
  }

  async route(request: RouteCall, principal: Principal): Promise<RouteAnswer> {
    const { routeIn } = await import(/* webpackChunkName: "calls" */ './route-in.ts');
    return routeIn(this.#realms, request, { calls: this.#objects.calls, principal });
  }

  synced(modelName: string, key: string): Promise<ObjectState> {
    return this.partition(modelName).synced(key);
  }

  find(modelName: string, id: string, principal: Principal): Promise<ObjectState> {
    return this.#reads.find(modelName, id, principal);
  }

  list(modelName: string, query: Query, principal: Principal): Promise<QueryPage> {
    return this.#reads.list(modelName, query, principal);
  }

  count(modelName: string, query: Pick<Query, 'where'>, principal: Principal): Promise<number> {
    return this.#reads.count(modelName, query, principal);
  }

  history(...args: Parameters<RunningHost['history']>): ReturnType<RunningHost['history']> {
    return this.#objects.history(...args);
  }

  async present(modelName: string, states: readonly ObjectState[]): Promise<readonly ObjectState[]> {
    const model = this.#registry.get(modelName);
    if (isShownAsKept(model, states)) return states;
    const { presentEach } = await import(/* webpackChunkName: "realms" */ './present-objects.ts');
    return presentEach(model, states, { ready: () => this.#realms.ready(modelName), ...this.#options.platform });
  }

  async dismiss(modelName: string, key: string): Promise<void> {
    const { dismissWrite } = await import(/* webpackChunkName: "stores" */ './dismiss-write.ts');
    const op = await dismissWrite(this.partition(modelName), key);
    if (op) this.#events.emit({ type: 'dismissed', modelName, id: op.id, opId: key });
  }

  subscribe(...args: Parameters<RunningHost['subscribe']>): ReturnType<RunningHost['subscribe']> {
    return this.#objects.subscribe(...args);
  }

  modelOf(endpoint: string): ReturnType<RunningHost['modelOf']> {
    return this.#registry.byEndpoint(endpoint);
  }

  models(): ReturnType<RunningHost['models']> {
    return this.#registry.all();
  }

  on(listener: Parameters<RunningHost['on']>[0]): ReturnType<RunningHost['on']> {
    return this.#events.on(listener);
  }

  async peerReport(node: string): Promise<HostReport> {
    return (await this.#options.mesh.request(INSPECT_SUBJECT, null, {
      to: node,
      deadlineMs: 2000,
    })) as unknown as HostReport;
  }

  /** A browser loads the program that gives the account with the first one. */
  async inspect(): Promise<HostReport> {
    const { inspectHost } = await loadInspect();
    return inspectHost({
      ...this.#options,
      configuration: this.#configuration,
      startedMs: this.#startedMs,
      online: this.#isOnline,
      models: this.#registry.all(),
      realms: this.#realms,
      partitions: Array.from(this.#partitions.values()),
      kinds: this.#kinds,
      flows: this.#flows,
      revision: this.#snapshots.revision,
      troubles: Array.from(this.#troubles.values()),
    });
  }

  async close(): Promise<void> {
    this.#leases?.close();
    this.#opener.close?.();
    this.#flows.close();
    await this.#realms.close();
    await this.#options.datasource.close();
    await this.#options.datasources?.close();
  }

  partition(modelName: string): Partition {
    const partition = this.#partitions.get(modelName);
    if (partition) return partition;
    throw new TestudoError(
      'UNAVAILABLE',
      `no build of the model ${modelName.slice(0, 80)} is loaded here (yet); is it in the catalogue?`,
    );
  }

  async #open(model: Pick<ModelReport, 'modelName' | 'indexes' | 'store'>): Promise<void> {
    const { modelName, indexes = [] } = model;
    const open = this.#partitions.get(modelName);
    if (open) {
      open.index(indexes);
      return open.nudge();
    }
    const kept = await keptIn(model, this.#options, this.#onTrouble);
    const partition = await this.#opener.open(modelName, kept);
    this.#kinds.set(modelName, (kept ?? this.#options).datasource.kind);
    partition.index(indexes);
    this.#partitions.set(modelName, partition);
    partition.onChange((change) => this.#changed(partition, change));
    this.#leases?.watch(partition);
    partition.nudge();
  }

  #changed(partition: Partition, change: PartitionChange): void {
    const { modelName } = partition;
    this.#objects.changed(modelName, change);
    if (change.type === 'refused') {
      const { op, error } = change;
      if (!isSuperseded(change)) this.#events.emit({ type: 'refused', modelName, id: op.id, opId: opId(op), error });
      this.#flows.refused(partition, op, error);
      return;
    }
    if (change.type === 'object') {
      this.#events.emit({ ...change, modelName });
      const { origin, state } = change;
      // What others do to a flow that this host owns, a copy of its profile too: own ops are told as accepted, before.
      if (origin === 'feed')
        queueMicrotask(() => this.#flows.consider(partition, partition.confirmed(state.id) ?? state));
      return;
    }
    const { state, op } = change;
    this.#events.emit({ type: 'accepted', modelName, id: state.id, opId: change.opId, seq: state.seq });
    const isOrdered = this.#options.role.name === 'authority';
    for (const name of isOrdered ? this.#registry.namesOf(op) : []) {
      this.#events.emit({ type: 'domain', name, modelName, id: state.id });
    }
    this.#flows.consider(partition, state, change.opId);
  }
}

function outcomeOf({ op, state }: Recorded): WriteOutcome {
  return { state, opId: opId(op) };
}

/**
 * Wires the rooms of the fabric into a running host. Objects can be used after the first `useSnapshot`.
 * @throws TestudoError `BAD_REQUEST` for a node name that cannot be one
 */
export async function createHost(options: HostOptions): Promise<RunningHost> {
  if (!/^[a-z0-9-]{3,60}$/.test(options.node)) {
    throw new TestudoError('BAD_REQUEST', `a node's name is 3 to 60 of a-z 0-9 -, not ${options.node.slice(0, 80)}`);
  }
  const host = new TestudoHost(options);
  if (options.configuration.ports) (await loadConfigure()).usePorts(host.configured);
  return host;
}

function loadConfigure(): Promise<typeof Configure> {
  return import(/* webpackChunkName: "configure" */ './configure-host.ts');
}

function loadInspect(): Promise<typeof Inspect> {
  return import(/* webpackChunkName: "inspect" */ './inspect-host.ts');
}

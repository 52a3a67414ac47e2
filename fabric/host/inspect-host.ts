import type { Result } from '../error.ts';
import type { RealmReport } from '../realm/realm-api.ts';
import type { ModelReport } from '../spec/model-report.ts';
import { standings } from '../record/standing.ts';
import { idsOf } from '../store/ids-of.ts';
import type { FlowRunner } from './flow-runner-api.ts';
import type { HostReport, StorageTrouble } from './host-api.ts';
import type { HostOptions } from './host-options.ts';
import type { RealmStanding } from './host-inspection.ts';
import { inspectFlows } from './inspect-flows.ts';
import { inspectPorts } from './inspect-ports.ts';
import { grantedBuiltins } from './granted-builtins.ts';
import type { Partition } from './partition.ts';
import type { RealmSupervisor } from './realm-supervisor.ts';
import type { Realms } from './realms.ts';

type OfHost =
  | 'node'
  | 'role'
  | 'runtime'
  | 'datasource'
  | 'mesh'
  | 'configuration'
  | 'memoryBytes'
  | 'platform'
  | 'sinks';

/** What a host's account of itself is made from. */
export interface InspectOptions extends Pick<HostOptions, OfHost> {
  readonly startedMs: number;
  readonly online: boolean;
  readonly models: readonly ModelReport[];
  readonly realms: Pick<Realms, 'list' | 'compute'>;
  readonly partitions: readonly Partition[];
  /** kind of the store that each model is kept in */
  readonly kinds: ReadonlyMap<string, string>;
  readonly flows: Pick<FlowRunner, 'breakers' | 'counters'>;
  readonly revision: number;
  readonly troubles: readonly StorageTrouble[];
}

/** A host's own account of itself. */
export async function inspectHost(options: InspectOptions): Promise<HostReport> {
  const { node, role, runtime, startedMs, online, datasource, models, mesh, partitions, flows, revision } = options;
  return {
    node,
    role: role.name,
    runtime,
    startedMs,
    online,
    datasource: datasource.kind,
    troubles: options.troubles,
    user: '',
    models,
    ports: inspectPorts(models, options.configuration.bindings),
    realms: await inspectRealms(options),
    compute: options.realms.compute(),
    peers: mesh.peers(),
    partitions: partitions.map((partition) => ({
      partition: partition.name,
      kind: options.kinds.get(partition.modelName) ?? datasource.kind,
      objects: idsOf(partition.source, [standings.there, standings.flowing]).length,
      seq: partition.seq,
      pending: partition.pending().length,
      refused: partition.refused().length,
      ...(partition.log ? { log: partition.log } : {}),
    })),
    flows: inspectFlows(partitions),
    sinks: options.sinks?.standing() ?? [],
    breakers: flows.breakers(),
    counters: countersOf(options),
    memoryBytes: options.memoryBytes?.() ?? null,
    revision,
  };
}

/** What other nodes are told of it: which objects have flows, what is forwarded and what is wrong is for its own door only. */
export function unlisted(report: HostReport): HostReport {
  return { ...report, sinks: [], troubles: [], flows: { ...report.flows, list: [] } };
}

async function inspectRealms({ realms, platform, configuration }: InspectOptions): Promise<HostReport['realms']> {
  const standings: { [name: string]: RealmStanding } = {};
  const told = realms.list().map(async (realm) => {
    standings[realm.name] = await standingOf(realm, { platform, configuration });
  });
  await Promise.all(told);
  return standings;
}

const unknown: RealmReport = { runtime: 'worker', lockdown: false, powersRemoved: 0, builds: [], heapBytes: null };
/** Nobody waits longer for what a realm says of itself. */
const PATIENCE_MS = 500;

async function standingOf(
  realm: RealmSupervisor,
  { platform, configuration }: Pick<InspectOptions, 'platform' | 'configuration'>,
): Promise<RealmStanding> {
  const { restarts } = realm;
  const run = realm.now();
  if (run === null) return { ...unknown, state: 'starting', trust: 'confined', remotes: [], restarts, calls: 0 };
  const isTrusted = Array.from(run.builds.values()).some(
    ({ sidecar }) => grantedBuiltins(sidecar, configuration).length > 0,
  );
  const [remotes, calls] = [Array.from(run.builds.keys()), run.calls.count];
  const silent: Result<RealmReport> = { ok: false, error: { code: 'DEADLINE', message: 'it does not answer' } };
  const asked = run.api.inspect();
  const late = new Promise<typeof silent>((resolve) => {
    const timer = platform.timer(PATIENCE_MS, () => resolve(silent));
    void asked.then(() => timer.dispose());
  });
  const result = await Promise.race([asked, late]);
  const state = result.ok ? 'running' : 'silent';
  const trust = isTrusted ? 'trusted' : 'confined';
  return { ...(result.ok ? result.value : unknown), state, trust, remotes, restarts, calls };
}

function countersOf({ partitions, flows }: InspectOptions): HostReport['counters'] {
  const sum = { sent: 0, accepted: 0, refused: 0, applied: 0 };
  for (const { counters } of partitions) {
    sum.sent += counters.sent;
    sum.accepted += counters.accepted;
    sum.refused += counters.refused;
    sum.applied += counters.applied;
  }
  const { calls, done, failed, undone, 'undo-failed': undoFailed } = flows.counters;
  const steps = { stepsDone: done, stepsFailed: failed, stepsUndone: undone, undosFailed: undoFailed };
  return { ...sum, portCalls: calls, ...steps };
}

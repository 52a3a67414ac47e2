import type { RealmReport } from '../realm/realm-api.ts';
import type { ModelReport } from '../spec/model-report.ts';
import type { FlowRunner } from './flow-runner-api.ts';
import type { HostReport } from './host-api.ts';
import type { HostOptions } from './host-options.ts';
import type { Partition } from './partition.ts';
import type { RealmSupervisor } from './realm-supervisor.ts';

/** What a host's account of itself is made from. */
export interface ReportOptions extends Pick<HostOptions, 'node' | 'role' | 'runtime' | 'datasource' | 'mesh'> {
  readonly startedMs: number;
  readonly online: boolean;
  readonly models: readonly ModelReport[];
  readonly realms: readonly RealmSupervisor[];
  readonly partitions: readonly Partition[];
  readonly flows: Pick<FlowRunner, 'breakers' | 'counters'>;
  readonly revision: number;
}

/** A host's own account of itself. */
export async function reportHost(options: ReportOptions): Promise<HostReport> {
  const { node, role, runtime, startedMs, online, datasource, models, mesh, partitions, flows, revision } = options;
  return {
    node,
    role: role.name,
    runtime,
    startedMs,
    online,
    datasource: datasource.kind,
    user: '',
    models,
    realms: await reportRealms(options.realms),
    peers: mesh.peers(),
    partitions: partitions.map((partition) => ({
      partition: partition.name,
      objects: partition.list().length,
      seq: partition.seq,
      pending: partition.pending().length,
      refused: partition.refused().length,
    })),
    breakers: flows.breakers(),
    counters: countersOf(options),
    revision,
  };
}

async function reportRealms(realms: readonly RealmSupervisor[]): Promise<{ readonly [name: string]: RealmReport }> {
  const reports: { [name: string]: RealmReport } = {};
  for (const realm of realms) {
    const result = await realm.now()?.inspect();
    if (result?.ok) reports[realm.name] = result.value;
  }
  return reports;
}

function countersOf({ partitions, flows }: ReportOptions): HostReport['counters'] {
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

import { standings } from '../record/standing.ts';
import { idsOf } from '../store/ids-of.ts';
import type { FlowsStanding, FlowStanding } from './host-inspection.ts';
import type { Partition } from './partition.ts';

const LISTED = 50;

/** Counts the flows that have not ended, and lists the first of them. */
export function inspectFlows(partitions: readonly Partition[]): FlowsStanding {
  const owners: { [node: string]: number } = {};
  const list: FlowStanding[] = [];
  const counts = { unfinished: 0, due: 0, compensating: 0 };
  for (const partition of partitions) {
    for (const id of idsOf(partition.source, [standings.flowing])) {
      const flow = partition.get(id)?.flow;
      if (!flow) continue;
      const { modelName } = partition;
      const { owner, epoch, due, compensation } = flow;
      counts.unfinished += 1;
      counts.due += due.length;
      if (compensation) counts.compensating += 1;
      owners[owner] = (owners[owner] ?? 0) + 1;
      const ports = due.map(({ port }) => port);
      if (list.length < LISTED)
        list.push({ modelName, id, owner, epoch, due: ports, compensation: compensation?.reason ?? null });
    }
  }
  return { ...counts, owners, list };
}

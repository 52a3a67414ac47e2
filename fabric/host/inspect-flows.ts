import type { FlowState } from '../record/object-state.ts';
import type { FlowsStanding, FlowStanding } from './host-inspection.ts';
import type { Partition } from './partition.ts';

const LISTED = 50;

/** Counts the flows that have not ended, and lists the first of them. */
export function inspectFlows(partitions: readonly Partition[]): FlowsStanding {
  const owners: { [node: string]: number } = {};
  const list: FlowStanding[] = [];
  const counts = { unfinished: 0, due: 0, compensating: 0 };
  for (const partition of partitions) {
    for (const { id, modelName, flow, deleted } of partition.list()) {
      if (deleted || flow === null || !isUnfinished(flow)) continue;
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

function isUnfinished({ due, compensation }: FlowState): boolean {
  return due.length > 0 || (compensation !== undefined && compensation.left.length > 0);
}

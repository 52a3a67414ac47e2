import type { WayStep } from '../order-way.ts';
import { placeOf, placeWords } from '../place.ts';
import { placeNone, placePort } from '../server-api.ts';
import { shortId } from '../timeline-text.ts';
import { counted } from './act.ts';
import type { Act } from './act.ts';
import { isSameTrace, traceOrder } from './trace-order.ts';
import type { OrderTrace } from './trace-order.ts';

/** Where a port is placed: at the owner of an order's flow, which is this browser, or at the server. */
export type Placed = 'owner' | 'server';

/** What was moved, and the ways of the orders that were placed before and after it, to be compared. */
export interface MoveRecord {
  readonly step: WayStep;
  readonly runs: readonly { readonly placed: Placed; readonly trace: OrderTrace }[];
}

/**
 * Places an order, moves a port of it by configuration alone, places another, and compares. In the end each port runs
 * where its model says.
 */
export function movePort(step: WayStep, to: Placed, keep: (record: MoveRecord) => void): Act {
  return async ({ app, state, say }) => {
    const runs: MoveRecord['runs'][number][] = [];
    try {
      for (const placed of to === 'server' ? (['owner', 'server'] as const) : (['server', 'owner'] as const)) {
        await placePort(step.port, placed);
        const where = placed === 'owner' ? 'here' : 'on the server';
        say(`${step.port} is placed ${where}. An order …`);
        runs.push({ placed, trace: await traceOrder(app, `To ${step.verb} ${where}`) });
        keep({ step, runs: [...runs] });
      }
    } finally {
      await placeNone();
    }
    const traces = runs.map(({ trace }) => trace);
    return moveText(step, traces, state().own?.node);
  };
}

/** Where a step of each order ran and how long its port took there, and whether they went the same way. */
export function moveText(step: WayStep, traces: readonly OrderTrace[], ownNode: string | undefined): string {
  const told = traces.map((trace) => {
    const { node, durationMs } = trace.steps.find(({ port }) => port === step.port) ?? { node: '', durationMs: 0 };
    return `Order ${shortId(trace.id)}: ${step.done} ${placeWords[placeOf(node, ownNode)].at}, by ${node}, in ${durationMs} ms.`;
  });
  const [first, second] = traces;
  const isSame = first !== undefined && second !== undefined && isSameTrace(first, second);
  const way = isSame ? `Same trace: ${counted(second.steps.length, 'step')}.` : 'Their traces differ.';
  return [...told, way].join(' ');
}

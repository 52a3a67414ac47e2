import { isUnfinished } from '../record/flow-owner.ts';
import type { ObjectState } from '../record/object-state.ts';
import { flowingIn } from './flowing-in.ts';
import { isSuperseded, noFlows, type CreateFlowRunner, type FlowRunner } from './flow-runner-api.ts';

/**
 * A flow runner whose program is loaded when there is a step for it to run: many devices never have one. A failed load
 * is reported, and tried again with the next step or the next `resume`.
 */
export function lazyFlowRunner(load: () => Promise<CreateFlowRunner>): CreateFlowRunner {
  return (options) => {
    let runner: FlowRunner | undefined;
    let isLoading = false;
    let isClosed = false;
    let waiting: ((runner: FlowRunner) => void)[] = [];
    const begin = async (): Promise<void> => {
      if (isLoading || isClosed) return;
      isLoading = true;
      try {
        const create = await load();
        if (!isClosed) runner = create(options);
      } catch (error) {
        options.platform.onError(error);
      }
      isLoading = false;
      const ready = runner;
      if (!ready) return;
      for (const act of waiting) act(ready);
      waiting = [];
    };
    const use = (act: (runner: FlowRunner) => void): void => {
      if (runner) return act(runner);
      waiting.push(act);
      void begin();
    };
    return {
      get counters() {
        return runner?.counters ?? noFlows;
      },
      breaker: (modelName, port) => new Promise((resolve) => use((ready) => resolve(ready.breaker(modelName, port)))),
      breakers: () => runner?.breakers() ?? [],
      consider(partition, state, acceptedOp) {
        if (runner || hasWork(state, options.node)) use((ready) => ready.consider(partition, state, acceptedOp));
      },
      refused(partition, op, error) {
        if (op.step !== null) use((ready) => ready.refused(partition, op, error));
      },
      resume(partitions) {
        const all = Array.from(partitions);
        const isWork = all.some(
          (partition) =>
            flowingIn(partition).some((state) => hasWork(state, options.node)) ||
            partition.refused().some(isSuperseded),
        );
        if (runner || isWork) use((ready) => ready.resume(all));
      },
      close() {
        isClosed = true;
        runner?.close();
      },
    };
  };
}

function hasWork({ flow, deleted }: ObjectState, node: string): boolean {
  return !!flow && !deleted && flow.owner === node && isUnfinished(flow);
}

import { fromWire, toWire, type WireError } from '../error.ts';
import { isRetryable } from '../port/is-retryable.ts';
import { isRunBy, nextUndo } from '../record/flow-owner.ts';
import type { FlowState, ObjectState } from '../record/object-state.ts';
import { opId, type Op } from '../record/op.ts';
import type { Patch } from '../record/patch.ts';
import { flowingIn } from './flowing-in.ts';
import { noChange, portEvent, type FinishedRun, type FlowRun } from './flow-run.ts';
import { isSuperseded, noFlows, type FlowRunner, type FlowRunnerOptions } from './flow-runner-api.ts';
import type { Partition } from './partition.ts';
import { PortAttempts } from './port-attempts.ts';
import { createPortBreakers, type BreakerStanding, type PortBreakers } from './port-breakers.ts';

class Runner implements FlowRunner {
  readonly counters = { ...noFlows };
  readonly #breakers: PortBreakers;
  readonly #options: FlowRunnerOptions;
  readonly #attempts: PortAttempts;
  readonly #running = new Set<string>();
  /** keys of steps that became due in this life of the host and were never called: their partner knows nothing of them */
  readonly #untouched = new Set<string>();
  #isClosed = false;

  constructor(options: FlowRunnerOptions) {
    this.#options = options;
    this.#breakers = createPortBreakers(options.events, options.platform);
    this.#attempts = new PortAttempts({
      ...options,
      breakers: this.#breakers,
      isOnline: () => options.isOnline(),
      isCalledOff: (run) => isCalledOff(run),
      isCanceled: (run) => isCalledOff(run) && this.#untouched.has(run.step.key),
      isGone: (run) => isGone(run),
      onCall: ({ step }) => {
        this.counters.calls += 1;
        this.#untouched.delete(step.key);
      },
    });
  }

  consider(partition: Partition, state: ObjectState, acceptedOp?: string): void {
    const { id, flow } = state;
    if (this.#isClosed || state.deleted || !flow || flow.owner !== this.#options.node) return;
    for (const step of flow.due.filter((due) => isRunBy(flow.owner, due))) {
      const isNew = acceptedOp !== undefined && step.key.endsWith(`.${acceptedOp}`);
      if (isNew && !this.#running.has(step.key)) this.#untouched.add(step.key);
      this.#begin({ partition, id, step, epoch: flow.epoch, act: 'call' }, flow);
    }
    const undo = nextUndo(flow);
    if (undo) this.#begin({ partition, id, step: undo, epoch: flow.epoch, act: 'undo' }, flow);
  }

  refused(partition: Partition, op: Op, error: WireError): void {
    const { step } = op;
    if (step === null || this.#isClosed) return;
    const { epoch, port, event, key, status } = step;
    const act = status === 'undone' || status === 'undo-failed' ? 'undo' : 'call';
    const run: FlowRun = { partition, id: op.id, step: { port, event, key }, epoch, act };
    if (isSuperseded({ op, error })) return this.#dismiss(run, op);
    const requestId = `flow:${key}:refused`;
    this.#keepRunning(run, async () => {
      const finished = this.#asRefused(run, finishedBy(step, op), error);
      await this.#record(run, finished, requestId);
    });
  }

  resume(partitions: Iterable<Partition>): void {
    this.#attempts.wakeHeld();
    for (const partition of partitions) {
      for (const { op, error } of partition.refused())
        if (isSuperseded({ op, error })) this.refused(partition, op, error);
      for (const state of flowingIn(partition)) this.consider(partition, state);
    }
  }

  breakers(): readonly BreakerStanding[] {
    return this.#breakers.standings();
  }

  async breaker(modelName: string, port: string): ReturnType<FlowRunner['breaker']> {
    return this.#breakers.of(modelName, port, this.#options.registry.port(modelName, port));
  }

  close(): void {
    this.#isClosed = true;
    this.#attempts.close();
  }

  #begin(run: FlowRun, flow: FlowState): void {
    const { key } = run.step;
    if (flow.compensation) this.#attempts.wake(run);
    if (this.#running.has(key) || run.partition.pending().some((op) => op.step?.key === key)) return;
    if (!this.#options.isOnline()) return this.#tell(run, 'waiting');
    this.#keepRunning(run, () => this.#finish(run));
  }

  /** A step is in one hand at a time. */
  #keepRunning({ step: { key } }: FlowRun, act: () => Promise<void>): void {
    this.#running.add(key);
    const ended = (): void => void this.#running.delete(key);
    act().then(ended, (error: unknown) => {
      ended();
      this.#options.platform.onError(error);
    });
  }

  #dismiss(run: FlowRun, op: Op): void {
    this.#superseded(run);
    run.partition.dismiss(opId(op)).catch((error: unknown) => this.#options.platform.onError(error));
  }

  async #finish(run: FlowRun): Promise<void> {
    const finished = await this.#attempts.run(run);
    if (finished === null) return;
    this.#untouched.delete(run.step.key);
    this.#attempts.forget(run);
    if (await this.#record(run, finished)) this.counters[finished.status] += 1;
  }

  /**
   * Writes an outcome; one that the model refuses becomes a failed step, so that it is seen and not tried for ever.
   * @returns whether it was recorded
   */
  async #record(run: FlowRun, finished: FinishedRun, requestId = `flow:${run.step.key}`): Promise<boolean> {
    for (let attempt = 1; !this.#isClosed; attempt += 1) {
      try {
        await this.#write(run, finished, requestId);
        return true;
      } catch (error) {
        if (toWire(error).code === 'FLOW_FENCED') return this.#superseded(run);
        if (!isRetryable(error))
          return this.#record(run, this.#asRefused(run, finished, toWire(error)), `${requestId}:refused`);
        await this.#attempts.pauseAfter(run, attempt);
      }
    }
    return false;
  }

  #superseded(run: FlowRun): false {
    this.#tell(run, 'superseded');
    return false;
  }

  /**
   * A failure that the model answered by a change is recorded without that change.
   * @throws the refusal of what is a mere failure already
   */
  #asRefused(run: FlowRun, finished: FinishedRun, error: WireError): FinishedRun {
    const failure = run.act === 'undo' ? 'undo-failed' : 'failed';
    const { status, patch, isFallback } = finished;
    if (status === failure && isEmpty(patch)) throw fromWire(error);
    this.#tell(run, 'failed', error);
    if (status === failure) return { ...finished, patch: noChange };
    const answered = { ...error, data: { ...error.data, isAnswered: status === 'done' && isFallback !== true } };
    return { ...finished, status: failure, patch: noChange, error: answered };
  }

  async #write({ partition, id, step, epoch }: FlowRun, finished: FinishedRun, requestId: string): Promise<void> {
    const { node, platform, principal, registry } = this.#options;
    const state = partition.get(id);
    const { status, patch, build, attempts, error, isUncertain, isFallback } = finished;
    const { port, event, key } = step;
    const atMs = platform.now();
    await partition.write(
      {
        modelName: partition.modelName,
        id,
        kind: 'flow',
        command: null,
        input: null,
        schemaVersion: registry.get(partition.modelName).schemaVersion,
        baseVersion: state?.version ?? 0,
        patch,
        step: {
          ...{ port, event, key, epoch, status, atMs, build, node, attempts },
          ...(error ? { error: error.message } : {}),
          ...(status === 'failed' && error?.data?.['isAnswered'] === true ? { isAnswered: true } : {}),
          ...(status === 'failed' && isUncertain ? { isUncertain } : {}),
          ...(status === 'done' && isFallback ? { isFallback } : {}),
        },
        requestId,
        atMs,
      },
      principal,
    );
  }

  #tell(run: FlowRun, phase: 'failed' | 'waiting' | 'superseded', error?: WireError): void {
    this.#options.events.emit(portEvent(run, { phase, durationMs: 0, ...(error ? { error } : {}) }));
  }
}

/** How a run ended, by the op that records it. */
function finishedBy(step: NonNullable<Op['step']>, { patch }: Op): FinishedRun {
  const { status, build, attempts, error, isAnswered, isUncertain, isFallback } = step;
  return {
    ...{ status, patch, build, attempts },
    ...(error === undefined
      ? {}
      : { error: { code: 'PORT_FAILED', message: error, data: { isAnswered: isAnswered === true } } }),
    ...(isUncertain ? { isUncertain } : {}),
    ...(isFallback ? { isFallback } : {}),
  };
}

function isEmpty({ set, unset }: Patch): boolean {
  return Object.keys(set).length === 0 && unset.length === 0;
}

/** A flow that is being taken back calls nobody whom it has not called yet. */
function isCalledOff({ partition, id, act }: FlowRun): boolean {
  return act === 'call' && partition.confirmed(id)?.flow?.compensation !== undefined;
}

/** Its object has been deleted, or its flow is in other hands. */
function isGone({ partition, id, epoch }: FlowRun): boolean {
  const state = partition.confirmed(id);
  return state === undefined || state.deleted || state.flow?.epoch !== epoch;
}

/** A runner with nothing to do yet. */
export function createFlowRunner(options: FlowRunnerOptions): FlowRunner {
  return new Runner(options);
}

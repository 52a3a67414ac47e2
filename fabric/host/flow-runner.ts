import { fromWire, hasCode, toWire, unwrap, type WireError } from '../error.ts';
import type { Disposable } from '../plain.ts';
import type { Platform } from '../platform.ts';
import { backoffMs, isRetryable } from '../port/retry.ts';
import type { DueStep, ObjectState } from '../record/object-state.ts';
import type { Op } from '../record/op.ts';
import type { Patch } from '../record/patch.ts';
import type { Principal } from '../access/principal.ts';
import type { PortReport } from '../spec/model-spec.ts';
import type { HostEvents } from './host-events.ts';
import type { ModelRegistry } from './model-registry.ts';
import type { Partition } from './partition.ts';
import type { RealmSupervisor } from './realm-supervisor.ts';

/**
 * Runs the flow steps that this host owns. A step becomes due with an op and runs once the authority has accepted
 * that op; its outcome is an op of its own, under the flow's epoch. While the host is offline steps wait and no
 * attempt counts. After a crash a step is called again with the same idempotency key.
 */
export interface FlowRunner {
  /** Runs what is due in an accepted state and owned by this host. */
  consider(partition: Partition, state: ObjectState): void;
  /** The authority has refused the outcome of a step: it becomes a failed one. */
  refused(partition: Partition, op: Op, error: WireError): void;
  /** Looks at every object again: after a start, a newly loaded build, or coming online. */
  resume(partitions: Iterable<Partition>): void;
  close(): void;
  readonly counters: { readonly calls: number; readonly done: number; readonly failed: number };
}

export interface FlowRunnerOptions {
  readonly node: string;
  readonly platform: Platform;
  readonly principal: Principal;
  readonly realm: RealmSupervisor;
  readonly registry: ModelRegistry;
  readonly events: HostEvents;
  isOnline(): boolean;
}

interface Run {
  readonly partition: Partition;
  readonly id: string;
  readonly step: DueStep;
  readonly epoch: number;
}

interface Finished {
  readonly status: 'done' | 'failed';
  readonly patch: Patch;
  readonly build: string;
  readonly attempts: number;
  readonly error?: WireError;
}

const noChange: Patch = { set: {}, unset: [], base: {} };

class Runner implements FlowRunner {
  readonly counters = { calls: 0, done: 0, failed: 0 };
  readonly #options: FlowRunnerOptions;
  readonly #running = new Set<string>();
  readonly #waits = new Set<Disposable>();
  #isClosed = false;

  constructor(options: FlowRunnerOptions) {
    this.#options = options;
  }

  consider(partition: Partition, state: ObjectState): void {
    const flow = state.flow;
    if (this.#isClosed || state.deleted || !flow || flow.owner !== this.#options.node) return;
    for (const step of flow.due) this.#begin({ partition, id: state.id, step, epoch: flow.epoch });
  }

  refused(partition: Partition, op: Op, error: WireError): void {
    const { step } = op;
    if (step === null || this.#isClosed) return;
    const { epoch, port, event, key, build, attempts } = step;
    const run: Run = { partition, id: op.id, step: { port, event, key }, epoch };
    this.#recordRefusal(run, { status: step.status, patch: noChange, build, attempts }, error).catch((cause: unknown) =>
      this.#options.platform.onError(cause),
    );
  }

  resume(partitions: Iterable<Partition>): void {
    for (const partition of partitions) {
      for (const visible of partition.list()) {
        const state = partition.confirmed(visible.id);
        if (state) this.consider(partition, state);
      }
    }
  }

  close(): void {
    this.#isClosed = true;
    for (const wait of this.#waits) wait.dispose();
  }

  #begin(run: Run): void {
    const { key } = run.step;
    if (this.#running.has(key) || run.partition.pending().some((op) => op.step?.key === key)) return;
    if (!this.#options.isOnline()) return this.#tell(run, 'waiting');
    this.#running.add(key);
    const ended = (): void => void this.#running.delete(key);
    this.#finish(run).then(ended, (error: unknown) => {
      ended();
      this.#options.platform.onError(error);
    });
  }

  async #finish(run: Run): Promise<void> {
    const finished = await this.#attempts(run);
    if (finished === null) return;
    await this.#record(run, finished);
    this.counters[finished.status] += 1;
  }

  /** Writes an outcome; one that the model refuses becomes a failed step, so that it is seen and not tried for ever. */
  async #record(run: Run, finished: Finished): Promise<void> {
    for (let attempt = 1; !this.#isClosed; attempt += 1) {
      try {
        return await this.#write(run, finished, `flow:${run.step.key}`);
      } catch (error) {
        if (!isRetryable(error)) return this.#recordRefusal(run, finished, toWire(error));
        await this.#pause(attempt);
      }
    }
  }

  async #recordRefusal(run: Run, finished: Finished, error: WireError): Promise<void> {
    if (finished.status === 'failed') throw fromWire(error);
    this.#tell(run, 'failed', undefined, error);
    await this.#write(run, { ...finished, status: 'failed', patch: noChange, error }, `flow:${run.step.key}:refused`);
  }

  async #write({ partition, id, step, epoch }: Run, finished: Finished, requestId: string): Promise<void> {
    const { node, platform, principal } = this.#options;
    const state = partition.get(id);
    await partition.write(
      {
        modelName: partition.modelName,
        id,
        kind: 'flow',
        command: null,
        input: null,
        schemaVersion: state?.schemaVersion ?? 1,
        baseVersion: state?.version ?? 0,
        patch: finished.patch,
        step: {
          ...step,
          epoch,
          status: finished.status,
          atMs: platform.now(),
          build: finished.build,
          node,
          attempts: finished.attempts,
          ...(finished.error ? { error: finished.error.message } : {}),
        },
        requestId,
        atMs: platform.now(),
      },
      principal,
    );
  }

  /** `null` when the step has to wait (offline, closed, no build): it is considered again by `resume`. */
  async #attempts(run: Run): Promise<Finished | null> {
    const { registry } = this.#options;
    const port = registry.port(run.partition.modelName, run.step.port);
    let former: WireError | undefined;
    for (let attempt = 1; ; attempt += 1) {
      const startedMs = this.#options.platform.now();
      this.#tell(run, former ? 'retry' : 'call', undefined, former);
      try {
        const outcome = await this.#call(run, port);
        this.#tell(run, 'done', startedMs);
        return { status: 'done', patch: outcome.patch, build: outcome.build, attempts: attempt };
      } catch (error) {
        const wire = toWire(error, 'PORT_FAILED');
        if (this.#isClosed || !this.#options.isOnline() || isForWaiting(error)) return this.#wait(run);
        if (attempt > port.maxRetry || !isRetryable(error)) {
          this.#tell(run, 'failed', startedMs, wire);
          return { status: 'failed', patch: noChange, build: '', attempts: attempt, error: wire };
        }
        former = wire;
        await this.#pause(attempt);
        if (this.#isClosed || !this.#options.isOnline()) return this.#wait(run);
      }
    }
  }

  async #call(run: Run, port: PortReport): Promise<{ readonly patch: Patch; readonly build: string }> {
    const realm = await this.#options.realm.ready();
    const state = run.partition.get(run.id);
    this.counters.calls += 1;
    return unwrap(
      await realm.callPort({
        modelName: run.partition.modelName,
        port: run.step.port,
        id: run.id,
        fields: state?.fields ?? {},
        version: state?.version ?? 0,
        args: [],
        idempotencyKey: run.step.key,
        timeoutMs: port.timeoutMs,
      }),
    );
  }

  #wait(run: Run): null {
    this.#tell(run, 'waiting');
    return null;
  }

  #pause(attempt: number): Promise<void> {
    const { platform } = this.#options;
    const random = (platform.random(1)[0] ?? 0) / 256;
    return new Promise((resolve) => {
      const timer = platform.timer(backoffMs(attempt, random), done);
      const wait = { dispose: done };
      this.#waits.add(wait);
      const waits = this.#waits;
      function done(): void {
        timer.dispose();
        waits.delete(wait);
        resolve();
      }
    });
  }

  #tell(
    run: Run,
    phase: 'call' | 'retry' | 'done' | 'failed' | 'waiting',
    startedMs?: number,
    error?: WireError,
  ): void {
    const { events, platform } = this.#options;
    events.emit({
      type: 'port',
      phase,
      modelName: run.partition.modelName,
      port: run.step.port,
      id: run.id,
      key: run.step.key,
      durationMs: startedMs === undefined ? 0 : platform.now() - startedMs,
      ...(error ? { error } : {}),
    });
  }
}

/** What passes with the next build or realm: no attempt of the port was made. */
function isForWaiting(error: unknown): boolean {
  return hasCode(error) && ['BUILD_UNKNOWN', 'ADAPTER_MISSING', 'UNAVAILABLE', 'REALM_LOST'].includes(error.code);
}

/** A runner with nothing to do yet. */
export function createFlowRunner(options: FlowRunnerOptions): FlowRunner {
  return new Runner(options);
}

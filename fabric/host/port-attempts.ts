import { toWire, type WireError } from '../error.ts';
import type { Disposable } from '../plain.ts';
import type { Platform } from '../platform.ts';
import type { Admission, CallEnd } from '../port/circuit-breaker.ts';
import type { PortAct, PortOutcome } from '../port/port-api.ts';
import { backoffMs } from '../port/backoff.ts';
import { isRetryable } from '../port/is-retryable.ts';
import type { PortReport } from '../spec/model-report.ts';
import { noChange, portEvent, type FinishedRun, type FlowRun } from './flow-run.ts';
import type { HostEvents } from './host-events.ts';
import type { ModelRegistry } from './model-registry.ts';
import type { PortBreakers } from './port-breakers.ts';
import { causesOf, isForWaiting, isLostDuring, mayHaveEffect, unwrapDuring } from './port-failure.ts';
import { aboutOf, type RealmCalls } from './realm-calls.ts';
import type { ModelRealms } from './realms.ts';

export interface PortAttemptsOptions {
  readonly platform: Platform;
  readonly realm: ModelRealms;
  readonly calls: RealmCalls;
  readonly registry: ModelRegistry;
  readonly events: HostEvents;
  readonly breakers: PortBreakers;
  isOnline(): boolean;
  /** whether the flow of the run, which is to call its port, is being taken back */
  isCalledOff(run: FlowRun): boolean;
  /** whether that is so and the port was not called yet */
  isCanceled(run: FlowRun): boolean;
  /** whether its object has gone, or its flow is another host's */
  isGone(run: FlowRun): boolean;
  onCall(run: FlowRun): void;
}

interface Failure {
  readonly error: WireError;
  readonly startedMs: number;
  readonly isForWaiting: boolean;
  readonly isRetryable: boolean;
}

interface Attempt {
  readonly port: PortReport;
  /** how the attempt before it failed */
  readonly former: Failure | undefined;
  /** the cause whose fallback answers; `null`: the port is called */
  readonly fallback: string | null;
  /** how its breaker hears of its end */
  ended(end: CallEnd): void;
}

/** Of a call that no breaker counts. */
const free = { goes: true, ended: (): void => undefined } as const;

/** The attempts of one step: its port is called until it succeeds, `maxRetry` times more at most, past its breaker. */
export class PortAttempts {
  readonly #options: PortAttemptsOptions;
  readonly #pauses = new Map<string, Disposable>();
  /** keys of those that a breaker holds up */
  readonly #held = new Set<string>();
  readonly #lost = new Map<string, number>();
  #isClosed = false;

  constructor(options: PortAttemptsOptions) {
    this.#options = options;
  }

  close(): void {
    this.#isClosed = true;
    for (const pause of this.#pauses.values()) pause.dispose();
  }

  /** Forgets a step that has ended. */
  forget({ step }: Pick<FlowRun, 'step'>): void {
    this.#lost.delete(step.key);
  }

  /** Has a pausing run look again at once. */
  wake({ step }: Pick<FlowRun, 'step'>): void {
    this.#pauses.get(step.key)?.dispose();
  }

  /** Has those that a breaker holds up look again at once: its thresholds may be others now. */
  wakeHeld(): void {
    for (const key of Array.from(this.#held)) this.#pauses.get(key)?.dispose();
  }

  /** `null` when the step has to wait: offline, closed, no build, no realm; and when it is not this host's any more. */
  async run(run: FlowRun): Promise<FinishedRun | null> {
    const { registry, breakers } = this.#options;
    let former: Failure | undefined;
    let isHeldUp = false;
    let isUncertain = false;
    for (let attempts = 0; ;) {
      if (this.#isClosed || !this.#options.isOnline()) return this.#wait(run);
      if (this.#options.isGone(run)) return null;
      if (this.#options.isCanceled(run)) return { status: 'canceled', patch: noChange, build: '', attempts };
      const { modelName } = run.partition;
      if (!registry.all().some((model) => model.modelName === modelName)) return this.#wait(run);
      const port = registry.port(modelName, run.step.port);
      if (port.disabled && run.act === 'call')
        return this.#options.isCalledOff(run) ? givenUp(run, attempts) : this.#wait(run);
      const breaker = run.act === 'call' ? breakers.of(modelName, run.step.port, port) : null;
      const admission: Admission = breaker?.admit() ?? free;
      const fallback = admission.goes ? null : admission.cause;
      if (!admission.goes && port.circuitBreaker?.[admission.cause]?.hasFallback !== true) {
        if (!isHeldUp) this.#tell(run, { phase: 'waiting' });
        isHeldUp = true;
        this.#held.add(run.step.key);
        await this.#pause(run, admission.waitMs);
        this.#held.delete(run.step.key);
        continue;
      }
      attempts += 1;
      const outcome = await this.#attempt(run, { port, former, fallback, ...(admission.goes ? admission : free) });
      const isFallback = fallback !== null && !isUncertain;
      if ('patch' in outcome)
        return { status: run.act === 'undo' ? 'undone' : 'done', attempts, ...outcome, isFallback };
      isUncertain = isUncertain || mayHaveEffect(outcome.error);
      if (this.#isClosed || !this.#options.isOnline()) return this.#wait(run);
      const isDeadly = this.#losses(run, outcome.error) > port.maxRetry;
      if (outcome.isForWaiting && !isDeadly) return this.#wait(run);
      if (attempts > port.maxRetry || isDeadly || !outcome.isRetryable)
        return { ...(await this.#failed(run, { port, attempts, ...outcome })), isUncertain };
      former = outcome;
      await this.#pause(run, this.#backoffMs(attempts));
    }
  }

  /** How many calls of a step its realm has not outlived, over all its runs: such a step fails like another. */
  #losses({ step }: FlowRun, error: WireError): number {
    if (!isLostDuring(error)) return 0;
    const losses = (this.#lost.get(step.key) ?? 0) + 1;
    this.#lost.set(step.key, losses);
    return losses;
  }

  async #attempt(
    run: FlowRun,
    { port, former, fallback, ended }: Attempt,
  ): Promise<Pick<PortOutcome, 'patch' | 'build'> | Failure> {
    const { platform, onCall } = this.#options;
    const startedMs = platform.now();
    const act: PortAct = fallback === null ? run.act : 'fallback';
    if (act !== 'fallback') onCall(run);
    this.#tell(run, { phase: former ? 'retry' : 'call', act, ...(former ? { error: former.error } : {}) });
    try {
      const { patch, build } = await this.#ask(run, port, { act, ...(fallback === null ? {} : { cause: fallback }) });
      ended({ type: 'success' });
      this.#tell(run, { phase: 'done', act, startedMs });
      return { patch, build };
    } catch (thrown) {
      const error = toWire(thrown, 'PORT_FAILED');
      const isWaiting = isForWaiting(thrown);
      ended(isWaiting ? { type: 'dropped' } : { type: 'failure', causes: causesOf(error) });
      return { error, startedMs, isForWaiting: isWaiting, isRetryable: isRetryable(thrown) };
    }
  }

  /** After the last attempt: the model may answer a failure by a change; an undo that failed stays visible as such. */
  async #failed(
    run: FlowRun,
    { port, attempts, error, startedMs }: Failure & { readonly port: PortReport; readonly attempts: number },
  ): Promise<FinishedRun> {
    if (run.act === 'undo') {
      const undoFailed: WireError = { ...error, code: 'UNDO_FAILED', message: `UNDO_FAILED: ${error.message}` };
      this.#tell(run, { phase: 'failed', error: undoFailed, startedMs });
      return { status: 'undo-failed', patch: noChange, build: '', attempts, error: undoFailed };
    }
    this.#tell(run, { phase: 'failed', error, startedMs });
    const patch = port.answersFailure ? await this.#answer(run, port, error) : noChange;
    return { status: 'failed', patch, build: '', attempts, error };
  }

  async #answer(run: FlowRun, port: PortReport, error: WireError): Promise<FinishedRun['patch']> {
    try {
      return (await this.#ask(run, port, { act: 'failed', error })).patch;
    } catch (fault) {
      this.#options.platform.onError(fault);
      return noChange;
    }
  }

  async #ask(
    run: FlowRun,
    port: PortReport,
    what: { readonly act: PortAct; readonly error?: WireError; readonly cause?: string },
  ): Promise<PortOutcome> {
    const realm = await this.#options.realm.ready(run.partition.modelName);
    const { partition, id, step } = run;
    const state = partition.get(id);
    const { calls } = this.#options;
    const principal = calls.ownerOf(state ?? { owner: '' });
    return unwrapDuring(
      await calls.during({ principal, isLive: true, hops: calls.hopsOf(`flow:${step.key}`) }, (call) =>
        realm.callPort({
          ...what,
          modelName: partition.modelName,
          port: step.port,
          id,
          fields: state?.fields ?? {},
          version: state?.version ?? 0,
          ...(state ? { currentSchema: state.schemaVersion } : {}),
          args: [],
          idempotencyKey: step.key,
          isEnabled: true,
          timeoutMs: port.timeoutMs,
          ...(state ? { about: aboutOf(state) } : {}),
          call,
        }),
      ),
    );
  }

  #wait(run: FlowRun): null {
    this.#tell(run, { phase: 'waiting' });
    return null;
  }

  #backoffMs(attempt: number): number {
    return backoffMs(attempt, (this.#options.platform.random(1)[0] ?? 0) / 256);
  }

  /** Waits after an attempt of writing what came out, too. */
  async pauseAfter(run: FlowRun, attempt: number): Promise<void> {
    await this.#pause(run, this.#backoffMs(attempt));
  }

  #pause({ step }: FlowRun, delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        timer.dispose();
        this.#pauses.delete(step.key);
        resolve();
      };
      const timer = this.#options.platform.timer(delayMs, done);
      this.#pauses.set(step.key, { dispose: done });
    });
  }

  #tell(
    run: FlowRun,
    told: {
      readonly phase: 'call' | 'retry' | 'done' | 'failed' | 'waiting';
      readonly act?: PortAct;
      readonly startedMs?: number;
      readonly error?: WireError;
    },
  ): void {
    const { events, platform } = this.#options;
    const durationMs = told.startedMs === undefined ? 0 : platform.now() - told.startedMs;
    events.emit(portEvent(run, { ...told, durationMs }));
  }
}

/** A step whose port was called and is disabled now: nobody knows what its partner has done. */
function givenUp({ partition, step }: FlowRun, attempts: number): FinishedRun {
  const message = `${partition.modelName}.${step.port} is disabled, and its flow is called off`;
  const error: WireError = { code: 'PORT_FAILED', message };
  return { status: 'failed', patch: noChange, build: '', attempts, error, isUncertain: true };
}

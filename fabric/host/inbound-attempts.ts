import type { Principal } from '../access/principal.ts';
import { TestudoError, toWire, unwrap, type WireError } from '../error.ts';
import type { Platform } from '../platform.ts';
import type { CircuitBreaker } from '../port/circuit-breaker.ts';
import type { PortAct, PortOutcome } from '../port/port-api.ts';
import { isRetryable } from '../port/is-retryable.ts';
import { retry } from '../port/retry.ts';
import { within } from '../port/within.ts';
import { isVerdict } from '../record/verdict.ts';
import type { PortReport } from '../spec/model-report.ts';
import type { CallRequest } from './call-api.ts';
import type { HostEvents } from './host-events.ts';
import type { ModelRegistry } from './model-registry.ts';
import type { Partition } from './partition.ts';
import { causesOf, isForWaiting } from './port-failure.ts';
import { aboutOf, type RealmCalls } from './realm-calls.ts';
import type { ModelRealms } from './realms.ts';

/** Milliseconds that a caller from outside waits for all attempts together. */
export const callDeadlineMs: number = 30_000;

export interface InboundAttemptsOptions {
  readonly platform: Platform;
  readonly realm: ModelRealms;
  readonly registry: ModelRegistry;
  readonly events: HostEvents;
  readonly partition: Partition;
  readonly calls: RealmCalls;
  /** in whose name the port's code asks */
  readonly principal: Principal;
  /** calls and events that led to this call, one by the other */
  readonly hops: number;
  /** the breaker that flows use for the same port */
  breaker(modelName: string, port: string): Promise<CircuitBreaker | null>;
}

interface InboundRun {
  readonly request: CallRequest;
  readonly port: PortReport;
  /** idempotency key of all attempts */
  readonly key: string;
}

type Phase = 'call' | 'retry' | 'done' | 'failed';

/**
 * The attempts of one call from outside: as often as the port allows, within the deadline of its caller, who is not
 * kept waiting by an open breaker.
 */
export class InboundAttempts {
  readonly #options: InboundAttemptsOptions;
  readonly #endsMs: number;

  constructor(options: InboundAttemptsOptions) {
    this.#options = options;
    this.#endsMs = options.platform.now() + callDeadlineMs;
  }

  async run(run: InboundRun): Promise<PortOutcome> {
    const { platform, breaker: breakerOf } = this.#options;
    const { modelName, port: name } = run.request;
    const controller = new AbortController();
    const { signal } = controller;
    let last: WireError | undefined;
    // A breaker's program may have to be loaded.
    const breaker = run.port.circuitBreaker === undefined ? null : breakerOf(modelName, name);
    const attempts = retry(
      async (attempt) => {
        try {
          return await this.#attempt(run, await breaker, attempt === 1 ? {} : { former: last });
        } catch (error) {
          last = toWire(error, 'PORT_FAILED');
          throw error;
        }
      },
      { maxRetry: run.port.maxRetry, platform, signal, isRetryable: (error) => !isHeldUp(error) && isRetryable(error) },
    );
    const expire = (): TestudoError => {
      const error = tooLate(run, last);
      controller.abort(error);
      return error;
    };
    try {
      return await within(attempts, { timeoutMs: callDeadlineMs, platform, expire });
    } catch (error) {
      this.#tell(run, { phase: 'failed', error: toWire(error, 'PORT_FAILED') });
      throw error;
    }
  }

  async #attempt(
    run: InboundRun,
    breaker: CircuitBreaker | null,
    { former }: { readonly former?: WireError | undefined },
  ): Promise<PortOutcome> {
    const admission = breaker?.admit();
    if (admission?.goes === false) return this.#fallback(run, admission);
    const startedMs = this.#options.platform.now();
    this.#tell(run, former ? { phase: 'retry', error: former } : { phase: 'call' });
    try {
      const outcome = await this.#ask(run, { act: 'call' });
      admission?.ended({ type: 'success' });
      this.#tell(run, { phase: 'done', startedMs });
      return outcome;
    } catch (error) {
      const causes = causesOf(toWire(error, 'PORT_FAILED'));
      // What is wrong with a caller's input says nothing of the partner.
      const isDropped = isForWaiting(error) || isVerdict(error);
      admission?.ended(isDropped ? { type: 'dropped' } : { type: 'failure', causes });
      throw error;
    }
  }

  async #fallback(run: InboundRun, { cause, waitMs }: { readonly cause: string; readonly waitMs: number }) {
    const startedMs = this.#options.platform.now();
    if (run.port.circuitBreaker?.[cause]?.hasFallback !== true) throw heldUp(run, waitMs);
    const outcome = await this.#ask(run, { act: 'fallback', cause });
    this.#tell(run, { phase: 'done', act: 'fallback', startedMs });
    return outcome;
  }

  async #ask(
    { request, port, key }: InboundRun,
    what: { readonly act: PortAct; readonly cause?: string },
  ): Promise<PortOutcome> {
    const { realm, partition, platform, calls, principal, hops } = this.#options;
    const { modelName, id, port: name, args } = request;
    const api = await realm.ready(modelName);
    const state = partition.get(id);
    const leftMs = Math.max(1, this.#endsMs - platform.now());
    const timeoutMs = port.timeoutMs === 0 ? leftMs : Math.min(port.timeoutMs, leftMs);
    const { fields = {}, version = 0 } = state ?? {};
    const asked = { modelName, port: name, id, fields, version, args, idempotencyKey: key, isEnabled: true, timeoutMs };
    const about = state ? { about: aboutOf(state), currentSchema: state.schemaVersion } : {};
    return unwrap(
      await calls.during({ principal, isLive: true, hops }, (call) =>
        api.callPort({ ...what, ...asked, ...about, call }),
      ),
    );
  }

  #tell(
    { request: { modelName, id, port }, key }: InboundRun,
    told: { readonly phase: Phase; readonly act?: PortAct; readonly startedMs?: number; readonly error?: WireError },
  ): void {
    const { events, platform } = this.#options;
    const { startedMs, ...rest } = told;
    const durationMs = startedMs === undefined ? 0 : platform.now() - startedMs;
    events.emit({ type: 'port', modelName, port, id, key, durationMs, ...rest });
  }
}

function heldUp({ request }: InboundRun, waitMs: number): TestudoError {
  const what = `${request.modelName}.${request.port}`;
  const message = `${what} failed too often lately; call it again in ${Math.ceil(waitMs / 1000)} s`;
  return new TestudoError('UNAVAILABLE', message, { data: { retryAfterMs: waitMs } });
}

function isHeldUp(error: unknown): boolean {
  return (error as { data?: { readonly retryAfterMs?: unknown } } | null)?.data?.retryAfterMs !== undefined;
}

function tooLate({ request }: InboundRun, last: WireError | undefined): TestudoError {
  const what = `${request.modelName}.${request.port}`;
  const why = last ? `; its last attempt: ${last.message}` : '';
  return new TestudoError('DEADLINE', `${what} gave no good answer within ${callDeadlineMs} ms${why}`);
}

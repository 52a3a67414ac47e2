import type { Sidecar } from '../catalog/sidecar.ts';
import type { MaybePromise } from '../spec/maybe-promise.ts';
import type { Adapter, ServiceFactory } from '../spec/port-spec.ts';
import type { ModelReport } from '../spec/model-report.ts';
import type { ModelSpec } from '../spec/model-spec.ts';
import type { ServiceContext } from '../spec/service-spec.ts';

/** What a build brought, checked. */
export interface BuildContents {
  readonly models: ReadonlyMap<string, { readonly spec: ModelSpec; readonly report: ModelReport }>;
  readonly adapters: ReadonlyMap<string, Adapter>;
  readonly services: ReadonlyMap<string, ServiceFactory>;
}

/** What the host gives a build to run with. */
export interface GenerationOptions {
  readonly serviceContext: ServiceContext;
  /** milliseconds that a hook may take; absent = any */
  readonly hookMs: number | undefined;
}

/** A build as loaded in this realm, with the calls under way on it. */
export class Generation {
  readonly sidecar: Sidecar;
  readonly contents: BuildContents;
  readonly hookMs: number | undefined;
  state: 'current' | 'draining' = 'current';
  /** set once its eviction was asked for */
  eviction: Promise<void> | null = null;
  #serviceContext: ServiceContext;
  readonly #services = new Map<string, unknown>();
  #calls = 0;
  #drained: (() => void)[] = [];

  constructor(sidecar: Sidecar, contents: BuildContents, { serviceContext, hookMs }: GenerationOptions) {
    this.hookMs = hookMs;
    this.sidecar = sidecar;
    this.contents = contents;
    this.#serviceContext = serviceContext;
  }

  get calls(): number {
    return this.#calls;
  }

  /** A service of this build, made at its first use and kept as long as the build. */
  service(name: string): { readonly instance: unknown } | undefined {
    const factory = this.contents.services.get(name);
    if (factory === undefined) return undefined;
    if (!this.#services.has(name)) this.#services.set(name, factory(this.#serviceContext));
    return { instance: this.#services.get(name) };
  }

  /** Services are made anew with these addresses from the next call on; calls under way go on with theirs. */
  useEndpoints(endpoints: ServiceContext['endpoints']): void {
    this.#serviceContext = Object.freeze({ ...this.#serviceContext, endpoints });
    this.#services.clear();
  }

  /** Notes the begin of a call. */
  begin(): void {
    this.#calls += 1;
  }

  /** Notes the end of a call. */
  end(): void {
    this.#calls -= 1;
    if (this.#calls > 0) return;
    for (const resolve of this.#drained.splice(0)) resolve();
  }

  /** Resolves when no call is under way. */
  drained(): Promise<void> {
    if (this.#calls === 0) return Promise.resolve();
    return new Promise((resolve) => this.#drained.push(resolve));
  }
}

/** Runs a call that counts on every one of these generations until it ends; one that ends at once need not be counted. */
export function holding<T>(generations: readonly Generation[], run: () => MaybePromise<T>): MaybePromise<T> {
  const outcome = run();
  return outcome instanceof Promise ? holdingUntil(outcome, generations) : outcome;
}

async function holdingUntil<T>(outcome: Promise<T>, generations: readonly Generation[]): Promise<T> {
  for (const generation of generations) generation.begin();
  try {
    return await outcome;
  } finally {
    for (const generation of generations) generation.end();
  }
}

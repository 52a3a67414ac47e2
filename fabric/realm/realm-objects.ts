import type { Result } from '../error.ts';
import type { EventPattern } from '../event/event-pattern.ts';
import type { Disposable, Plain } from '../plain.ts';
import type { Platform } from '../platform.ts';
import type { EventFunction, EventRequest } from '../spec/event-handler.ts';
import type { ModelSpec } from '../spec/model-spec.ts';
import { objectClass } from '../spec/object-class.ts';
import type { ObjectClass, Residents } from '../spec/object-scope.ts';
import type { FoundModel } from './build-registry.ts';
import { CallScope, type ScopeSource } from './call-scope.ts';
import { handlersOf, runHandler, type Handler } from './event-handlers.ts';
import type { KeepRequest } from './keep-request.ts';
import type { RealmHost } from './realm-api.ts';
import type { RealmAsk } from './realm-ask.ts';
import { ResidentModels, type OpenResident } from './resident-models.ts';

export interface RealmObjectsOptions {
  readonly platform: Pick<Platform, 'onError'>;
  /** a model of a build that is current */
  find(modelName: string): FoundModel | undefined;
  readonly ask: RealmHost['ask'];
  readonly openResident: OpenResident;
}

/** What the objects of a realm have in common: their classes, residents and listeners, and the way to the host. */
export class RealmObjects implements ScopeSource {
  readonly #options: RealmObjectsOptions;
  readonly #classes = new WeakMap<ModelSpec, ObjectClass>();
  readonly #listeners = new WeakMap<ModelSpec, Set<Handler>>();
  readonly #residents: ResidentModels;

  constructor(options: RealmObjectsOptions) {
    this.#options = options;
    this.#residents = new ResidentModels(
      (modelName) => this.specOf(modelName),
      options.openResident,
      (error) => options.platform.onError(error),
    );
  }

  async ask(request: RealmAsk): Promise<Result<Plain>> {
    const given = await this.#options.ask?.(request);
    return given ?? { ok: false, error: { code: 'UNAVAILABLE', message: 'this host answers no objects' } };
  }

  classOf(spec: ModelSpec): ObjectClass {
    const known = this.#classes.get(spec);
    if (known !== undefined) return known;
    const made = objectClass(spec);
    this.#classes.set(spec, made);
    return made;
  }

  specOf(modelName: string): ModelSpec | undefined {
    return this.#options.find(modelName)?.spec;
  }

  residents(modelName: string): Residents | undefined {
    return this.#residents.of(modelName);
  }

  keep(request: KeepRequest): void {
    this.#residents.keep(request);
  }

  listen(spec: ModelSpec, pattern: EventPattern, handle: EventFunction): Disposable {
    const listeners = this.#listeners.get(spec) ?? new Set();
    this.#listeners.set(spec, listeners);
    const [handler] = handlersOf(spec.modelName, [{ on: pattern, handle }]);
    if (handler !== undefined) listeners.add(handler);
    return { dispose: () => void (handler && listeners.delete(handler)) };
  }

  /** Runs all handlers of an event, begun in their order; the failure of one is reported and costs nobody else. */
  async handleEvent(spec: ModelSpec, { event, call: ticket }: EventRequest): Promise<void> {
    const handlers = handlersOf(spec.modelName, spec.eventHandlers ?? []);
    const all = handlers.concat(Array.from(this.#listeners.get(spec) ?? []));
    const wanted = all.filter(({ matches }) => matches(event));
    const run = (handler: Handler): Promise<void> =>
      runHandler(handler, event, new CallScope(this, { ticket, spec, isLive: true })).catch((error: unknown) =>
        this.#options.platform.onError(error),
      );
    await Promise.all(wanted.map(run));
  }
}

import type { Principal } from '../access/principal.ts';
import { fromWire, TestudoError, type Result } from '../error.ts';
import type { EventPattern } from '../event/event-pattern.ts';
import type { Disposable, Plain } from '../plain.ts';
import type { CallScopes } from '../port/call-port.ts';
import type { EventFunction } from '../spec/event-handler.ts';
import type { ModelSpec } from '../spec/model-spec.ts';
import { isEffect, type CallTicket, type ObjectAsk } from '../spec/object-ask.ts';
import type { ModelState, ObjectClass, ObjectScope, QueuedChanges, Residents } from '../spec/object-scope.ts';
import { saveQueued } from '../spec/object-writes.ts';
import type { RealmAsk } from './realm-ask.ts';

/** What all calls of a realm share. */
export interface ScopeSource {
  ask(request: RealmAsk): Promise<Result<Plain>>;
  classOf(spec: ModelSpec): ObjectClass;
  specOf(modelName: string): ModelSpec | undefined;
  residents(modelName: string): Residents | undefined;
  /** Calls back with events, as long as the model's build is current. */
  listen(spec: ModelSpec, pattern: EventPattern, handle: EventFunction): Disposable;
}

/** One call of model code. */
export interface ScopedCall {
  readonly ticket: CallTicket;
  /** of the model that is called, which may be of a build that is draining */
  readonly spec: ModelSpec;
  readonly isLive: boolean;
}

const bare: Pick<ModelSpec, 'modelName' | 'endpoint' | 'factory' | 'accessControlList'> = {
  modelName: 'unknown',
  endpoint: 'unknown',
  factory: () => (input) => input,
  accessControlList: {},
};

/** What the objects of one call reach. */
export class CallScope implements ObjectScope {
  readonly isLive: boolean;
  readonly principal: Principal;
  readonly #source: ScopeSource;
  readonly #call: ScopedCall;
  readonly #queued = new Map<string, QueuedChanges>();

  constructor(source: ScopeSource, call: ScopedCall) {
    this.isLive = call.isLive;
    this.principal = call.ticket.principal;
    this.#source = source;
    this.#call = call;
  }

  async ask(request: ObjectAsk): Promise<Plain> {
    const { ticket, isLive } = this.#call;
    if (!isLive && isEffect(request))
      throw new TestudoError(
        'FORBIDDEN',
        `code that decides a change asks for no ${request.type} of ${request.modelName}; return the changes instead`,
      );
    const result = await this.#source.ask({ ...request, call: ticket.id });
    if (result.ok) return result.value;
    throw fromWire(result.error);
  }

  classOf(modelName: string): ObjectClass {
    return this.#source.classOf(this.specOf(modelName) ?? bare);
  }

  specOf(modelName: string): ModelSpec | undefined {
    const { spec } = this.#call;
    return spec.modelName === modelName ? spec : this.#source.specOf(modelName);
  }

  residents(modelName: string): Residents | undefined {
    return this.#source.residents(modelName);
  }

  queue({ modelName, id, version }: ModelState, changes: QueuedChanges['changes'], undo?: () => void): void {
    const former = this.#queued.get(keyOf(modelName, id));
    const undos = [former?.undo, undo].filter((each) => each !== undefined);
    this.#queued.set(keyOf(modelName, id), {
      modelName,
      id,
      baseVersion: former?.baseVersion ?? version,
      changes: { ...former?.changes, ...changes },
      undo: () => undos.forEach((each) => each()),
    });
  }

  takeQueued(modelName: string, id: string): QueuedChanges | undefined {
    const queued = this.#queued.get(keyOf(modelName, id));
    this.#queued.delete(keyOf(modelName, id));
    return queued;
  }

  async listen(pattern: EventPattern, handle: EventFunction): Promise<Disposable> {
    const { spec } = this.#call;
    const name = typeof pattern === 'string' ? pattern : '*';
    await this.ask({ type: 'listen', modelName: spec.modelName, name });
    return this.#source.listen(spec, pattern, handle);
  }

  /** Saves what is queued, in the order of queueing. @throws the first failure; what comes after it is dropped */
  async flush(): Promise<void> {
    try {
      for (const queued of Array.from(this.#queued.values())) {
        this.#queued.delete(keyOf(queued.modelName, queued.id));
        await saveQueued(this, queued);
      }
    } finally {
      this.drop();
    }
  }

  /** Forgets what is queued. */
  drop(): void {
    for (const { undo } of this.#queued.values()) undo?.();
    this.#queued.clear();
  }
}

/** The scopes of a port's call; `undefined` for one without a ticket. */
export function portScopes(
  source: ScopeSource,
  call: Omit<ScopedCall, 'isLive' | 'ticket'> & { readonly ticket: CallTicket | undefined },
): (CallScopes & { drop(): void }) | undefined {
  const { ticket } = call;
  if (ticket === undefined) return undefined;
  const live = new CallScope(source, { ...call, ticket, isLive: true });
  const pure = new CallScope(source, { ...call, ticket, isLive: false });
  return { live, pure, flush: () => live.flush(), drop: () => live.drop() };
}

function keyOf(modelName: string, id: string): string {
  return `${modelName} ${id}`;
}

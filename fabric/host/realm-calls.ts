import type { Principal } from '../access/principal.ts';
import { TestudoError } from '../error.ts';
import type { Platform } from '../platform.ts';
import type { FlowState, ObjectState } from '../record/object-state.ts';
import type { CallTicket } from '../spec/object-ask.ts';
import type { ObjectAbout } from '../spec/object-scope.ts';
import { hex } from './object-id.ts';

/** A call of model code that is under way: what the host knows of it, and the realm cannot change. */
export interface RealmCall {
  /** in whose name its code asks */
  readonly principal: Principal;
  /** its code may write */
  readonly isLive: boolean;
  /** events that led to it, one by the other */
  readonly hops: number;
}

export interface RealmCallsOptions {
  readonly platform: Pick<Platform, 'random'>;
  readonly tenant: string;
  /** the user of this host's device */
  readonly user?: Principal;
}

/** Calls and events that may lead to one another; a longer chain is a loop. */
export const maxHops = 16;
/** ops that live code led to and that are not accepted yet, at most; then the oldest are taken for new beginnings */
const MAX_CAUSES = 10_000;

/** The calls of model code that are under way in all realms of a host, by ids that cannot be guessed. */
export class RealmCalls {
  readonly #options: RealmCallsOptions;
  readonly #calls = new Map<string, RealmCall>();
  /** events that led to an op, by the op's request */
  readonly #causes = new Map<string, number>();

  constructor(options: RealmCallsOptions) {
    this.#options = options;
  }

  /** Makes a call whose code may ask meanwhile, and not after. */
  async during<T>(call: RealmCall, run: (ticket: CallTicket) => Promise<T>): Promise<T> {
    const id = this.uniqueName();
    this.#calls.set(id, call);
    try {
      return await run({ id, principal: call.principal });
    } finally {
      this.#calls.delete(id);
    }
  }

  /** @throws TestudoError `FORBIDDEN` for a call that is over, or never was */
  get(id: unknown): RealmCall {
    const call = typeof id === 'string' ? this.#calls.get(id) : undefined;
    if (call !== undefined) return call;
    throw new TestudoError('FORBIDDEN', 'this call is not under way (any more); ask before its code has returned');
  }

  /** In whose name code runs that nobody asked for just now: the owner of the object that it is about. */
  ownerOf({ owner }: Pick<ObjectState, 'owner'>): Principal {
    const { user, tenant } = this.#options;
    return user !== undefined && user.user === owner ? user : { user: owner, roles: [], tenant };
  }

  /** Notes what led to an op that is about to be made by this request. */
  causes(requestId: string, hops: number): void {
    this.#causes.set(requestId, hops);
    const oldest = this.#causes.size > MAX_CAUSES ? this.#causes.keys().next().value : undefined;
    if (oldest !== undefined) this.#causes.delete(oldest);
  }

  /** How many calls and events led to it; 0 for what somebody asked for from outside. */
  hopsOf(requestId: string): number {
    return this.#causes.get(requestId) ?? 0;
  }

  /** The op was decided. */
  forget(requestId: string): void {
    this.#causes.delete(requestId);
  }

  /** 128 random bits as text. */
  uniqueName(): string {
    return hex(this.#options.platform.random(16));
  }
}

/** What a realm is told of an object beside its fields. */
export function aboutOf({ owner, createdMs, updatedMs, flow }: ObjectState): ObjectAbout {
  const about = { owner, createdMs, updatedMs };
  if (flow === null) return about;
  const ports = flow.done.map(({ port }) => port);
  return flow.compensation === undefined ? { ...about, ports } : { ...about, ports, compensation: standing(flow) };
}

/** What was taken back is complete once nothing is left to do, and nothing could not be done. */
function standing({ due, done, compensation }: FlowState): 'COMPLETE' | 'INCOMPLETE' {
  const isOver = due.length === 0 && compensation?.left.length === 0;
  return isOver && done.every(({ status }) => status !== 'undo-failed') ? 'COMPLETE' : 'INCOMPLETE';
}

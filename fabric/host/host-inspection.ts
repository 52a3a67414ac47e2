import type { RealmReport } from '../realm/realm-api.ts';
import type { GivenBack } from '../sync/retention.ts';

/** A realm of a host: what it says of itself, and what its host knows of it. */
export interface RealmStanding extends RealmReport {
  /** `silent`: it did not answer at once, and is ended if it goes on so */
  readonly state: 'running' | 'silent' | 'starting';
  /** `trusted`: the host's policy grants built-ins of the platform to one of its remotes */
  readonly trust: 'confined' | 'trusted';
  /** whose code runs in it */
  readonly remotes: readonly string[];
  /** how often it was started again since the host's start */
  readonly restarts: number;
  /** calls of model code under way */
  readonly calls: number;
}

/** The pool of realms for ports with `compute: true`. */
export interface ComputeStanding {
  readonly min: number;
  readonly max: number;
  readonly running: number;
  readonly busy: number;
  /** calls that wait for a realm */
  readonly waiting: number;
}

/** A port with what the configuration binds it to. */
export interface PortStanding {
  readonly modelName: string;
  readonly port: string;
  readonly type: 'inbound' | 'outbound';
  readonly disabled: boolean;
  readonly consumesEvent: string | null;
  readonly producesEvent: string | null;
  readonly timeoutMs: number;
  readonly maxRetry: number;
  readonly compute: boolean;
  /** which host runs it, by the configuration or by its model */
  readonly placement: 'owner' | 'server' | 'authority';
  /** `remote#export` each; none: it has no adapter */
  readonly adapters: readonly string[];
  /** the service that it asks for, and the factory that is bound to that name; `null`: it needs none, there is none */
  readonly service: { readonly name: string; readonly factory: string | null } | null;
}

/** One object whose flow has not ended. */
export interface FlowStanding {
  readonly modelName: string;
  readonly id: string;
  /** the node that runs it */
  readonly owner: string;
  readonly epoch: number;
  /** ports that are due */
  readonly due: readonly string[];
  /** why it is being taken back; `null`: it is not */
  readonly compensation: string | null;
}

/** The flows that this host knows of. */
export interface FlowsStanding {
  readonly unfinished: number;
  /** ports that are due, of all of them */
  readonly due: number;
  readonly compensating: number;
  /** unfinished ones by the node that owns them */
  readonly owners: { readonly [node: string]: number };
  /** the first fifty; none where another node asks */
  readonly list: readonly FlowStanding[];
}

/** The log of a partition whose ops this host puts in order. */
export interface LogStanding {
  /** highest seq that the log does not have any more */
  readonly floor: number;
  readonly entries: number;
  /** when it was compacted last; `null`: not since the start */
  readonly compactedMs: number | null;
  /** records given back since the start */
  readonly given: GivenBack;
}

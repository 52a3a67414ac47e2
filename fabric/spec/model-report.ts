import type { AccessControlList } from '../access/authorize.ts';
import type { EventHandlersReport } from './event-handler.ts';
import type { PlainRecord } from '../plain.ts';
import type { PortMethod, RouteMethod } from './operations.ts';
import type { RelationSpec } from './model-spec.ts';

/** A relation without its functions. */
export type RelationReport = Omit<RelationSpec, 'query'>;

/** A model's metadata without its functions: what the host knows of it. */
export interface ModelReport {
  readonly modelName: string;
  readonly endpoint: string;
  readonly domain: string;
  readonly schemaVersion: number;
  /** semver of the model itself */
  readonly version?: string;
  /** its specification is of the older shape: names of its events are compared without case */
  readonly legacy?: true;
  /** its objects go to hosts of their owner alone, or only while a condition holds; absent: to all who may read them */
  readonly syncScope?: 'owner' | { readonly where: PlainRecord };
  /** its fields leave doors otherwise than they are kept */
  readonly serializes?: true;
  readonly accessControlList: AccessControlList;
  readonly ports: { readonly [name: string]: PortReport };
  readonly commands: { readonly [name: string]: CommandReport };
  readonly relations: { readonly [name: string]: RelationReport };
  /** no door serves it */
  readonly internal?: true;
  /** another path segment besides its endpoint */
  readonly path?: string;
  readonly routes?: readonly { readonly path: string; readonly methods: readonly RouteMethod[] }[];
  /** its fields as JSON Schema, where its schema tells */
  readonly jsonSchema?: PlainRecord;
  /** indexed fields */
  readonly indexes?: readonly string[];
  /** what it wants to hear; absent: nothing */
  readonly hears?: EventHandlersReport;
  /** its realm keeps all objects in memory, so many at most */
  readonly residentLimit?: number;
  /** the kind of store that it asks for; absent: the host's */
  readonly store?: 'memory' | 'indexeddb' | 'sqlite' | 'file';
  /** the remote and the build (federation name) that it came from */
  readonly remote: string;
  readonly build: string;
}

export interface CommandReport {
  /** operations that whoever runs it needs; none: `write` */
  readonly acl: readonly string[];
  readonly producesEvent?: string;
}

export interface PortReport {
  readonly type: 'inbound' | 'outbound';
  readonly service: string | null;
  readonly consumesEvent: string | null;
  readonly producesEvent: string | null;
  readonly timeoutMs: number;
  readonly maxRetry: number;
  readonly disabled: boolean;
  readonly methods?: readonly PortMethod[];
  readonly path?: string;
  /** the adapter that it names itself, where configuration binds none */
  readonly adapter?: string;
  /** it runs in the pool of compute realms */
  readonly compute?: true;
  /** fields that it may change; absent = all */
  readonly writes?: readonly string[];
  /** where it runs; absent: at the owner of the flow */
  readonly placement?: 'server' | 'authority';
  /** it has an undo */
  readonly undoable?: true;
  /** its failure changes the object: it has an `errorCallback` or a `timeoutCallback` */
  readonly answersFailure?: true;
  readonly circuitBreaker?: { readonly [cause: string]: BreakerReport };
}

/** A port's thresholds for one cause, defaults filled in. */
export interface BreakerReport {
  readonly errorRate: number;
  readonly callVolume: number;
  readonly intervalMs: number;
  readonly retryDelayMs: number;
  readonly hasFallback: boolean;
}

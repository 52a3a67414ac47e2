import type { Plain, PlainRecord } from '../plain.ts';
import type { AccessControlList } from '../access/authorize.ts';
import type { EventHandlerSpec } from './event-handler.ts';
import type { StepStatus } from '../record/object-state.ts';
import type { ModelObject, ObjectDatasource } from './model-object-api.ts';
import type { Mixin } from './mixins.ts';
import type { objectForm, ObjectForm } from './object-form.ts';
import type { PortSpec } from './port-spec.ts';
import type { RouteSpec } from './route-spec.ts';
import type { StandardSchema } from './standard-schema.ts';

export interface CommandSpec {
  /** returns the changes, or the object's next state */
  readonly command: (model: ModelObject, input: Plain) => unknown;
  readonly acl?: readonly string[];
  /** the domain event that it fires once its op is accepted, besides `<model>Updated` */
  readonly producesEvent?: string;
}

/** How a model's objects are kept. */
export interface DatasourceSpec {
  /** fields by whose values a query finds objects without looking at all of them, at most 20 */
  readonly indexes?: readonly string[];
  /** keeps all objects in the memory of the model's realm, where they are read without asking anybody; default false */
  readonly resident?: boolean;
  /** objects that a resident model may have; default 10000 */
  readonly limit?: number;
  /** the kind of store that its objects are kept in, at hosts that have one; `default`: where the host keeps the others */
  readonly baseClass?: 'default' | 'memory' | 'indexeddb' | 'sqlite' | 'file';
  /**
   * Makes what `getDataSource()` returns out of what it would: methods of its own, which a `custom` relation of the
   * same name calls. Called anew for each; it changes nothing of how objects are kept.
   */
  readonly factory?: (base: ObjectDatasource) => object;
}

/** How a model's objects reach other hosts. */
export interface SyncSpec {
  /** `server`: the host that the deployment's configuration names puts their ops in order */
  readonly authority?: 'server';
  /**
   * Whose hosts have copies: of `all` who may read them (default), of their `owner` alone, or of who may read them for
   * as long as a condition holds, as in a query; `$user` and `$tenant` in it are the reader's.
   */
  readonly scope?: 'all' | 'owner' | { readonly where: PlainRecord };
  /**
   * how an object is judged that a host brings which was its own authority before: as a new one (`create`, default), or
   * as what it has become there (`state`): `validate` is then told `hand-over`. Its host's user may claim anything
   */
  readonly handOver?: 'create' | 'state';
}

/** How one field leaves or enters by a door. */
export interface SerializerSpec {
  readonly on: 'serialize' | 'deserialize';
  /** the field, or `*` for each */
  readonly key: string;
  /** only values of this `typeof` */
  readonly type?: string;
  readonly value: (key: string, value: Plain) => Plain | undefined;
}

/** How a model's objects find those of another model, or of their own. */
export interface RelationSpec {
  readonly modelName: string;
  readonly type: 'oneToMany' | 'manyToOne' | 'oneToOne' | 'containsMany' | 'custom';
  /**
   * `manyToOne`: the field here that holds the other's id; `oneToMany`: the field there that holds this one's id;
   * `oneToOne`: either; `containsMany`: the id's field in each item of `arrayKey`; `custom`: unused
   */
  readonly foreignKey: string;
  /** `containsMany`: the field here that holds the list, of records or of ids; default: `foreignKey` */
  readonly arrayKey?: string;
  /** `custom`: the query whose answer is related. Pure */
  readonly query?: (model: ModelObject, ...args: readonly unknown[]) => PlainRecord;
}

/** What a factory may use besides its input. Its results are kept in the op, so they need not be repeatable. */
export interface FactoryContext {
  uuid(): string;
  now(): number;
  /** the model's `dependencies` */
  readonly [dependency: string]: unknown;
}

/** What is known when a change is validated. */
export interface ValidationContext {
  readonly kind: 'create' | 'update' | 'command' | 'flow' | 'hand-over';
  readonly changes: PlainRecord;
  /** the fields before the change; empty for a create and what is handed over */
  readonly before: PlainRecord;
  /** of a flow's change: whose outcome it is, and how that step ended */
  readonly step?: { readonly port: string; readonly status: StepStatus };
}

/** A model as its remote declares it. Build one with `defineModel`. */
export interface ModelSpec<Fields extends PlainRecord = PlainRecord> {
  readonly modelName: string;
  /** path segment of the REST API, in the plural */
  readonly endpoint: string;
  readonly domain?: string;
  /** of the model itself, as semver; reported */
  readonly version?: string;
  /** the host interface, or interfaces, that it is written for */
  readonly api?: number | readonly number[];
  readonly schemaVersion?: number;
  /** from the version that is the key to the next one, each from 1 to `schemaVersion - 1` */
  readonly migrate?: { readonly [version: number]: (fields: PlainRecord) => PlainRecord };
  readonly schema?: StandardSchema<Fields>;
  readonly factory: (context: FactoryContext) => (input: PlainRecord) => PlainRecord;
  /** what the factory is given besides `uuid` and `now`; a name of these two takes its place */
  readonly dependencies?: { readonly [name: string]: unknown };
  readonly mixins?: readonly Mixin[];
  /** changes of an object each time that it is taken from where it is kept, before anything is decided on it */
  readonly onLoad?: (model: ModelObject<Fields>) => unknown;
  /** changes beside those that an update, a command or a port makes; given the object as it is with them */
  readonly onUpdate?: (model: ModelObject<Fields>, context: ValidationContext) => unknown;
  readonly serializers?: readonly SerializerSpec[];
  readonly sync?: SyncSpec;
  readonly validate?: (model: ModelObject<Fields>, context: ValidationContext) => void;
  readonly onDelete?: (model: ModelObject<Fields>) => void;
  readonly onConflict?: (fields: {
    readonly base: PlainRecord;
    readonly mine: PlainRecord;
    readonly theirs: PlainRecord;
  }) => PlainRecord;
  /** fields that a user's update may change; absent = all */
  readonly approvedChanges?: readonly string[];
  readonly datasource?: DatasourceSpec;
  readonly relations?: { readonly [name: string]: RelationSpec };
  readonly ports?: { readonly [name: string]: PortSpec };
  /** no door but the model's own relations and flows: REST and pages do not know it */
  readonly internal?: boolean;
  /** another path segment of the REST API besides `endpoint`; default none */
  readonly path?: string;
  readonly routes?: readonly RouteSpec[];
  readonly commands?: { readonly [name: string]: CommandSpec };
  /** told of events at the host that made them */
  readonly eventHandlers?: readonly EventHandlerSpec[];
  readonly accessControlList: AccessControlList;
  /** of a model whose code is of another shape */
  readonly [objectForm]?: ObjectForm;
}

import type { Plain, PlainRecord } from '../plain.ts';
import type { AccessControlList } from '../access/authorize.ts';
import type { ModelObject } from './model-object-api.ts';
import type { PortSpec } from './port-spec.ts';
import type { StandardSchema } from './standard-schema.ts';

export interface CommandSpec {
  /** returns the changes, or the object's next state */
  readonly command: (model: ModelObject, input: Plain) => unknown;
  readonly acl?: readonly string[];
}

/** How a model's objects are kept. */
export interface DatasourceSpec {
  /** fields by whose values a query finds objects without looking at all of them, at most 20 */
  readonly indexes?: readonly string[];
}

export interface RelationSpec {
  readonly modelName: string;
  readonly type: 'oneToMany' | 'manyToOne' | 'oneToOne' | 'containsMany';
  readonly foreignKey: string;
}

/** What a factory may use besides its input. Its results are kept in the op, so they need not be repeatable. */
export interface FactoryContext {
  uuid(): string;
  now(): number;
}

/** What is known when a change is validated. */
export interface ValidationContext {
  readonly kind: 'create' | 'update' | 'delete' | 'command' | 'flow' | 'load';
  readonly changes: PlainRecord;
  /** the fields before the change; empty for a create */
  readonly before: PlainRecord;
}

/** A model as its remote declares it. Build one with `defineModel`. */
export interface ModelSpec<Fields extends PlainRecord = PlainRecord> {
  readonly modelName: string;
  /** path segment of the REST API, in the plural */
  readonly endpoint: string;
  readonly domain?: string;
  readonly schemaVersion?: number;
  readonly schema?: StandardSchema<Fields>;
  readonly factory: (context: FactoryContext) => (input: PlainRecord) => PlainRecord;
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
  readonly commands?: { readonly [name: string]: CommandSpec };
  readonly accessControlList: AccessControlList;
}

import type { PlainRecord } from '../../plain.ts';
import { andThen, isThenable, type MaybePromise } from '../maybe-promise.ts';
import type { FactoryContext, ModelSpec } from '../model-spec.ts';
import type { LegacyObject } from './legacy-object.ts';

type Mixin = (object: unknown) => unknown;
type Factory = (context: FactoryContext) => (input: PlainRecord) => unknown;

/** What a factory may ask where it is only run for the methods of what it makes. */
const idle = { uuid: (): string => '', now: (): number => 0 };

/**
 * What a model's factory and mixins give its objects. An object that comes from where it is kept has lost the methods
 * that its factory gave it: the factory is run again over its fields, and only the methods are taken.
 */
export class LegacyMembers {
  readonly #factory: Factory;
  readonly #mixins: readonly Mixin[];
  readonly #dependencies: ModelSpec['dependencies'];
  /** `false` once the factory has made an object without methods */
  #hasMethods = true;

  constructor(factory: Factory, mixins: readonly Mixin[], dependencies: ModelSpec['dependencies']) {
    this.#factory = factory;
    this.#mixins = mixins;
    this.#dependencies = dependencies;
  }

  /** A new object, with all that the mixins add. */
  make(context: FactoryContext, input: PlainRecord): MaybePromise<LegacyObject> {
    return andThen(settled(this.#factory(context)(input)), (given) => {
      const made = { ...(given as object) } as LegacyObject;
      this.#hasMethods = hasMethods(made);
      return this.#mixed(made);
    });
  }

  /** The members of an object that exists; none of a factory that cannot be run over it. */
  of(fields: PlainRecord): MaybePromise<LegacyObject> {
    if (!this.#hasMethods) return this.#mixed({ ...fields });
    const again = async (): Promise<LegacyObject> => {
      const given = await this.#factory({ ...idle, ...this.#dependencies })(fields);
      const made = { ...(given as object) } as LegacyObject;
      this.#hasMethods = hasMethods(made);
      return this.#mixed({ ...methodsOf(made), ...fields });
    };
    return again().catch(() => this.#mixed({ ...fields }));
  }

  #mixed(made: LegacyObject): LegacyObject {
    return this.#mixins.reduce<LegacyObject>((object, mixin) => ({ ...object, ...(mixin(object) as object) }), made);
  }
}

function settled(given: unknown): MaybePromise<unknown> {
  return isThenable(given) ? Promise.resolve(given) : given;
}

function hasMethods(made: LegacyObject): boolean {
  return Object.keys(made).some((key) => typeof made[key] === 'function');
}

function methodsOf(made: LegacyObject): LegacyObject {
  const methods: { [key: string]: unknown } = {};
  for (const key of Object.keys(made)) if (typeof made[key] === 'function') methods[key] = made[key];
  return methods;
}

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

  constructor(factory: Factory, mixins: readonly Mixin[], dependencies: ModelSpec['dependencies']) {
    this.#factory = factory;
    this.#mixins = mixins;
    this.#dependencies = dependencies;
  }

  /** A new object, with all that the mixins add. */
  make(context: FactoryContext, input: PlainRecord): MaybePromise<LegacyObject> {
    return andThen(settled(this.#factory(context)(input)), (given) =>
      this.#mixed({ ...methodsOf(given), ...(given as object) }),
    );
  }

  /** The members of an object that exists; none of a factory that cannot be run over it. */
  of(fields: PlainRecord): MaybePromise<LegacyObject> {
    return andThen(this.#methodsFor(fields), (methods) => this.#mixed({ ...methods, ...fields }));
  }

  #methodsFor(fields: PlainRecord): MaybePromise<LegacyObject> {
    try {
      const made = settled(this.#factory({ ...idle, ...this.#dependencies })(fields));
      return isThenable(made) ? Promise.resolve(made).then(methodsOf, () => ({})) : methodsOf(made);
    } catch {
      return {}; // what it refuses has no methods of its making
    }
  }

  #mixed(made: LegacyObject): LegacyObject {
    return this.#mixins.reduce<LegacyObject>((object, mixin) => ({ ...object, ...(mixin(object) as object) }), made);
  }
}

function settled(given: unknown): MaybePromise<unknown> {
  return isThenable(given) ? Promise.resolve(given) : given;
}

/** Methods that an object has by itself, or by its class. */
function methodsOf(made: unknown): LegacyObject {
  const methods: { [key: string]: unknown } = {};
  if (typeof made !== 'object' || made === null) return methods;
  for (let owner = made; owner !== null && owner !== Object.prototype; owner = Object.getPrototypeOf(owner) as object)
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(owner)))
      if (typeof value === 'function' && name !== 'constructor' && !(name in methods)) methods[name] = value;
  return methods;
}

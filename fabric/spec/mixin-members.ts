import { TestudoError } from '../error.ts';
import { BaseObject } from './base-object.ts';
import { isRecord } from './is-record.ts';
import type { Mixin } from './mixins.ts';
import type { ModelSpec } from './model-spec.ts';

/** A method that a mixin adds to a model's objects. */
export interface MixinMember {
  readonly name: string;
  /** Calls it on an object. */
  call(object: object, args: readonly unknown[]): unknown;
}

/**
 * The methods that a model's mixins add to its objects; of one name the last one's. Which they are a mixin says once, over
 * an empty object; what they do it says over the object that they are called on.
 */
export function mixinMembers({ mixins = [] }: Pick<ModelSpec, 'mixins'>): readonly MixinMember[] {
  const members = new Map<string, MixinMember>();
  for (const mixin of mixins)
    for (const name of methodNames(mixin))
      members.set(name, { name, call: (object, args) => callMember(mixin(object)[name], { name, object, args }) });
  return Array.from(members.values());
}

/** What is wrong with a model's mixins. @returns the key and what to do; `undefined`: nothing */
export function mixinProblem(spec: ModelSpec): readonly [key: string, problem: string] | undefined {
  for (const [index, mixin] of (spec.mixins ?? []).entries()) {
    const key = `mixins.${index}`;
    const names = namesOrProblem(mixin);
    if (typeof names === 'string') return [key, names];
    for (const name of names) {
      const owner = ownerOf(spec, name);
      if (owner !== undefined)
        return [key, `gives objects a member ${name}, which is also the name of ${owner}; rename it`];
    }
  }
  return undefined;
}

function namesOrProblem(mixin: Mixin): readonly string[] | string {
  try {
    return methodNames(mixin);
  } catch (error) {
    const why = error instanceof Error ? `: ${error.message}` : '';
    return `must give a record of members, for an empty object too, so that their names are known${why}`;
  }
}

function methodNames(mixin: Mixin): readonly string[] {
  const members: unknown = mixin(Object.freeze({}));
  if (!isRecord(members)) throw new TypeError('it gave none');
  return Object.keys(members).filter((name) => typeof members[name] === 'function');
}

function ownerOf(spec: ModelSpec, name: string): string | undefined {
  if (Object.prototype.hasOwnProperty.call(BaseObject.prototype, name)) return 'a method that every object has';
  const kind = (['relations', 'ports', 'commands'] as const).find((each) => spec[each] && name in spec[each]);
  return kind && `one of its ${kind}`;
}

function callMember(
  member: unknown,
  { name, object, args }: { readonly name: string; readonly object: object; readonly args: readonly unknown[] },
): unknown {
  if (typeof member === 'function') return Reflect.apply(member, object, args) as unknown;
  throw new TestudoError('METHOD_UNKNOWN', `the mixin that has a member ${name} gives this object none`);
}

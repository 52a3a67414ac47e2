import type { Plain } from '../plain.ts';
import { BaseObject } from './base-object.ts';
import { checkPlain } from './check-plain.ts';
import { mixinMembers } from './mixin-members.ts';
import type { ModelObject } from './model-object-api.ts';
import type { ModelSpec } from './model-spec.ts';
import { saveQueued, writeObject } from './object-writes.ts';
import type { ObjectClass } from './object-scope.ts';
import { relate } from './relate.ts';

type Method = (this: BaseObject, ...args: readonly unknown[]) => unknown;

/**
 * The class of a model's objects, to be made once for each build: besides what every object can do it has one method
 * for each mixin's member, relation, command and port of the model. Its prototype is frozen.
 */
export function objectClass(spec: ModelSpec): ObjectClass {
  class SpecObject extends BaseObject {}
  const add = (name: string, value: Method): void => {
    Object.defineProperty(SpecObject.prototype, name, { value, enumerable: false, configurable: true });
  };
  for (const member of mixinMembers(spec))
    add(member.name, function (...args) {
      return member.call(this, args);
    });
  for (const [name, relation] of Object.entries(spec.relations ?? {}))
    add(name, function (...args) {
      return relate(this, { name, relation, args });
    });
  for (const name of Object.keys(spec.commands ?? {}))
    add(name, function (input) {
      return command(this, name, input);
    });
  for (const name of Object.keys(spec.ports ?? {}))
    add(name, function (...args) {
      return call(this, name, args);
    });
  Object.freeze(BaseObject.prototype);
  Object.freeze(SpecObject.prototype);
  return SpecObject;
}

/** Has a command done to the object as it is at the host, after the changes that are queued here. */
async function command(object: BaseObject, name: string, given: unknown): Promise<ModelObject> {
  const { state, scope } = BaseObject.reach(object);
  const { modelName, id } = state;
  const input = checkPlain(given ?? null, `${modelName}.${name} input`);
  const queued = scope.takeQueued(modelName, id);
  if (queued !== undefined) await saveQueued(scope, queued);
  return writeObject(scope, { modelName, kind: 'command', id, input, command: name });
}

async function call(object: BaseObject, port: string, given: readonly unknown[]): Promise<Plain> {
  const { state, scope } = BaseObject.reach(object);
  const { modelName, id } = state;
  const args = given.map((arg) => checkPlain(arg ?? null, `${modelName}.${port} argument`));
  return scope.ask({ type: 'call', modelName, id, port, args });
}

import { TestudoError } from '../error.ts';
import { BaseObject } from './base-object.ts';
import { objectForm } from './object-form.ts';
import type { ModelSpec } from './model-spec.ts';

/** What is wrong with a model's relations by itself. @returns the key and what to do; `undefined`: nothing */
export function relationProblem(spec: ModelSpec): readonly [key: string, problem: string] | undefined {
  for (const [name, { type, query }] of Object.entries(spec.relations ?? {})) {
    const key = `relations.${name}`;
    if (spec[objectForm] === undefined && Object.prototype.hasOwnProperty.call(BaseObject.prototype, name))
      return [key, 'is the name of a method that every object has; name the relation otherwise'];
    const other = (['ports', 'commands'] as const).find((kind) => spec[kind] !== undefined && name in spec[kind]);
    if (other !== undefined) return [key, `is also the name of one of its ${other}; rename one of them`];
    if (type !== 'custom' && query !== undefined)
      return [`${key}.query`, `is for relations of type custom, not ${type}; remove it, or change the type`];
  }
  return undefined;
}

/**
 * Checks that no model contains itself, by others or at once: what is contained has one place.
 * @throws TestudoError `SPEC_INVALID` naming the way round and the remedy
 */
export function checkOwnership(specs: readonly ModelSpec[]): void {
  const contained = new Map(specs.map((spec) => [spec.modelName, containedBy(spec)]));
  const visit = (modelName: string, way: readonly string[]): void => {
    if (!way.includes(modelName)) {
      for (const next of contained.get(modelName) ?? []) visit(next, way.concat(modelName));
      return;
    }
    const round = way.slice(way.indexOf(modelName)).concat(modelName).join(' -> ');
    throw new TestudoError(
      'SPEC_INVALID',
      `model ${modelName}: relations contain each other in a circle (${round}); make one of them oneToMany`,
      { data: { key: 'relations' } },
    );
  };
  for (const modelName of contained.keys()) visit(modelName, []);
}

function containedBy({ relations = {} }: ModelSpec): readonly string[] {
  return Object.values(relations)
    .filter(({ type }) => type === 'containsMany')
    .map(({ modelName }) => modelName);
}

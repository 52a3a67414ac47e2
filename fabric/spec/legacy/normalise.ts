import { isRecord } from '../is-record.ts';
import { andThen } from '../maybe-promise.ts';
import type { Mixin } from '../mixins.ts';
import type { ModelSpec } from '../model-spec.ts';
import { objectForm } from '../object-form.ts';
import { datasourceKeys, modelKeys } from '../spec-keys.ts';
import { kept, type Drops } from './drops.ts';
import { legacyAccess } from './legacy-access.ts';
import { legacyCommands } from './legacy-commands.ts';
import { legacyDoors } from './legacy-doors.ts';
import { legacyEvents } from './legacy-events.ts';
import { legacyForm } from './legacy-form.ts';
import { legacyHooks, LegacyRunner } from './legacy-hooks.ts';
import { LegacyMembers } from './legacy-members.ts';
import { dataOf, LegacyObjects } from './legacy-object.ts';
import { legacyPorts } from './legacy-ports.ts';
import { legacyRelations } from './legacy-relations.ts';
import { legacySerializers } from './legacy-serializers.ts';
import { isLegacy, type LegacySpec } from './legacy-shape.ts';
import type { Normalised } from './normalised.ts';

/** Keys that are read otherwise than they stand. */
const readOtherwise = [
  ...['modelName', 'endpoint', 'domain', 'factory', 'mixins', 'dependencies', 'validate', 'onUpdate', 'onLoad'],
  ...['onDelete', 'ports', 'commands', 'relations', 'accessControlList', 'datasource', 'serializers', 'eventHandlers'],
];

/**
 * A specification of the older shape, in that of `defineModel`; `null` for any other value.
 * @param exportName the name under which its module exports it: the model's name where it says none
 * @see docs/models.md
 */
export function normalise(value: unknown, exportName: string): Normalised | null {
  if (!isLegacy(value)) return null;
  const drops: Drops = { keys: [], warnings: [] };
  const modelName = (typeof value['modelName'] === 'string' ? value['modelName'] : exportName).toLowerCase();
  const plain = kept(value, '', { rules: modelKeys, drops, done: readOtherwise });
  const named = { ...plain, ...namesOf(value, modelName, drops) } as unknown as ModelSpec;
  const spec = { ...named, ...codeOf(value, named, drops) } as ModelSpec;
  return { spec: { ...spec, ...legacyDoors(spec, drops) }, warning: warningOf(modelName, drops) };
}

function codeOf(value: LegacySpec, { modelName, approvedChanges }: ModelSpec, drops: Drops): object {
  const { factory: source } = isRecord(value['datasource']) ? value['datasource'] : {};
  const { relations, answers } = legacyRelations(value['relations'], source, drops);
  const isAsked = Object.keys(answers).some((name) => answers[name] !== null);
  const dependencies = isRecord(value['dependencies']) ? value['dependencies'] : {};
  const { checking, adding } = mixinsOf(value['mixins'], drops);
  const members = new LegacyMembers(value['factory'] as never, adding, dependencies);
  const ports = isRecord(value['ports']) ? value['ports'] : {};
  const objects = new LegacyObjects({ ports: Object.keys(ports), relations: answers });
  const runner = new LegacyRunner(objects, members);
  const accessControlList = legacyAccess(value['accessControlList'], drops);
  const context = { modelName, runner, drops, approvedChanges, accessControlList };
  const factory: ModelSpec['factory'] = (given) => (input) =>
    andThen(members.make(given, input), (made) => dataOf(made) ?? {}) as never;
  return {
    factory,
    dependencies,
    ...(checking.length > 0 ? { mixins: checking } : {}),
    ...legacyHooks(value, runner),
    ...legacySerializers(value['serializers'], drops),
    ...legacyEvents(value['eventHandlers'], context),
    ports: legacyPorts(ports, context),
    commands: legacyCommands(value['commands'], context),
    relations,
    ...datasourceOf(value['datasource'], isAsked ? ['factory'] : [], drops),
    accessControlList,
    [objectForm]: legacyForm(runner, ports),
  };
}

function namesOf(value: LegacySpec, modelName: string, drops: Drops): object {
  const given = typeof value['endpoint'] === 'string' ? value['endpoint'] : `${modelName}s`;
  const endpoint = endpointOf(given);
  if (endpoint !== value['endpoint']) drops.warnings.push(`its endpoint is ${endpoint}`);
  const { domain } = value;
  const isDomain = modelKeys['domain']?.test(domain);
  if (domain !== undefined && !isDomain) drops.keys.push('domain');
  return { modelName, endpoint, domain: isDomain ? domain : modelName };
}

/** What an older host took for a path, as the one segment that it is here. */
function endpointOf(given: string): string {
  const words = given.toLowerCase().split(/[^a-z0-9-]+/);
  return words.filter((word) => word !== '').join('-');
}

/** Mixins that say what they check do so here; the others are run over each object for what they add. */
function mixinsOf(given: unknown, drops: Drops): { readonly checking: readonly Mixin[]; readonly adding: never[] } {
  const all: readonly unknown[] = Array.isArray(given) ? given : [];
  const mixins = all.filter((mixin) => typeof mixin === 'function') as unknown as readonly Mixin[];
  if (given !== undefined && mixins.length !== (Array.isArray(given) ? given.length : -1)) drops.keys.push('mixins');
  return {
    checking: mixins.filter(({ check }) => check !== undefined),
    adding: mixins.filter(({ check }) => check === undefined) as unknown as never[],
  };
}

function datasourceOf(given: unknown, done: readonly string[], drops: Drops): object {
  const { factory: _class, ...rules } = datasourceKeys;
  const datasource = kept(given, 'datasource', { rules, drops, done });
  return Object.keys(datasource).length > 0 ? { datasource } : {};
}

function warningOf(modelName: string, { keys, warnings }: Drops): string | null {
  const dropped = keys.length > 0 ? [`dropped: ${keys.join(', ')}`] : [];
  const said = warnings.concat(dropped);
  return said.length > 0 ? `model ${modelName} is of the older shape; ${said.join('; ')}` : null;
}

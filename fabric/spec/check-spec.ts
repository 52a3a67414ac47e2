import { TestudoError } from '../error.ts';
import { isRecord } from './is-record.ts';
import { cycleProblem } from './check-cycle.ts';
import { doorProblem } from './check-doors.ts';
import { mixinProblem } from './mixin-members.ts';
import type { ModelSpec } from './model-spec.ts';
import { relationProblem } from './check-relations.ts';
import { writesOf } from './port-writes.ts';
import { breakerKeys, commandKeys, datasourceKeys, modelKeys, portKeys, relationKeys, syncKeys } from './spec-keys.ts';
import type { KeyRules } from './spec-keys.ts';

interface Place {
  /** begins every message: remote, build and model */
  readonly where: string;
  readonly rules: KeyRules;
}

/**
 * A model's specification from a remote that was just loaded. No key is ignored: each is honoured or refused.
 * @throws TestudoError `SPEC_INVALID` naming the model, the key and the remedy
 */
export function checkModel(value: unknown, remote: string, build: string): ModelSpec {
  const given = isRecord(value) ? value['modelName'] : undefined;
  const where = `${remote} (build ${build}), model ${typeof given === 'string' ? given : '?'}`;
  checkKeys(value, '', { where, rules: modelKeys });
  const spec = value as unknown as ModelSpec;
  checkEntries(spec.ports, 'ports', { where, rules: portKeys });
  for (const name of Object.keys(spec.ports ?? {}))
    checkEntries(spec.ports?.[name]?.circuitBreaker, `ports.${name}.circuitBreaker`, { where, rules: breakerKeys });
  if (spec.datasource) checkKeys(spec.datasource, 'datasource', { where, rules: datasourceKeys });
  if (spec.sync) checkKeys(spec.sync, 'sync', { where, rules: syncKeys });
  checkEntries(spec.commands, 'commands', { where, rules: commandKeys });
  checkEntries(spec.relations, 'relations', { where, rules: relationKeys });
  checkTogether(spec, where);
  return spec;
}

function checkEntries(entries: { readonly [name: string]: unknown } | undefined, key: string, place: Place): void {
  for (const name of Object.keys(entries ?? {})) checkKeys(entries?.[name], `${key}.${name}`, place);
}

function checkKeys(value: unknown, path: string, place: Place): void {
  if (!isRecord(value))
    throw invalid(place.where, path || 'specification', 'must be an object literal; use defineModel');
  const at = (key: string): string => (path === '' ? key : `${path}.${key}`);
  for (const key of Object.keys(value)) checkKey(value[key], key, at(key), place);
  for (const key of Object.keys(place.rules)) {
    const rule = place.rules[key];
    if (rule?.isRequired && value[key] === undefined)
      throw invalid(place.where, at(key), `is missing; it must be ${rule.must}`);
  }
}

function checkKey(value: unknown, key: string, path: string, { where, rules }: Place): void {
  const rule = Object.prototype.hasOwnProperty.call(rules, key) ? rules[key] : undefined;
  if (rule === undefined)
    throw invalid(where, path, `is no key of a specification; known are ${Object.keys(rules).join(', ')}`);
  if (value !== undefined && !rule.test(value)) throw invalid(where, path, `is wrong; it must be ${rule.must}`);
}

/** What one key says of another. */
function checkTogether(spec: ModelSpec, where: string): void {
  const problem = relationProblem(spec) ?? mixinProblem(spec) ?? cycleProblem(spec);
  if (problem !== undefined) throw invalid(where, ...problem);
  checkMigrate(spec, where);
  for (const name of Object.keys(spec.ports ?? {})) {
    if (spec.commands && name in spec.commands)
      throw invalid(where, `ports.${name}`, 'is also the name of a command; rename one of them');
    checkWrites(spec, name, where);
    checkUndo(spec, name, where);
  }
  const fault = doorProblem(spec);
  if (fault !== null) throw invalid(where, ...fault);
}

/** Every version of before has its way to this one. */
function checkMigrate({ migrate, schemaVersion = 1 }: ModelSpec, where: string): void {
  if (migrate === undefined) return;
  for (let version = 1; version < schemaVersion; version += 1) {
    if (migrate[version] === undefined)
      throw invalid(
        where,
        `migrate.${version}`,
        `is missing; each version from 1 to ${schemaVersion - 1} needs its step`,
      );
  }
  const beyond = Object.keys(migrate).find((version) => Number(version) >= schemaVersion);
  if (beyond !== undefined)
    throw invalid(where, `migrate.${beyond}`, `leads beyond schemaVersion ${schemaVersion}; raise that, or remove it`);
}

/** An undo that is a port is one of this model, and no step of a flow: it would run by itself. */
function checkUndo({ ports = {} }: ModelSpec, name: string, where: string): void {
  const undo = ports[name]?.undo;
  if (typeof undo !== 'string') return;
  const other = Object.prototype.hasOwnProperty.call(ports, undo) ? ports[undo] : undefined;
  if (other === undefined || undo === name || other.consumesEvent !== undefined)
    throw invalid(
      where,
      `ports.${name}.undo`,
      `must name another port of this model that consumes no event, not ${undo}`,
    );
}

/** What users may not change, a flow or a call of theirs may only change where the model says so. */
function checkWrites(spec: ModelSpec, name: string, where: string): void {
  const { ports = {}, approvedChanges, accessControlList } = spec;
  const port = ports[name];
  if (port === undefined || writesOf(port) !== undefined) return;
  const isInbound = port.type === 'inbound';
  const isUndo = Object.keys(ports).some((other) => ports[other]?.undo === name);
  const isBounded = approvedChanges !== undefined && (isInbound || isUndo || port.consumesEvent !== undefined);
  const hasOwnRight = isInbound && Object.prototype.hasOwnProperty.call(accessControlList, name);
  if (!isBounded && !hasOwnRight) return;
  const why = isBounded ? 'the model has approvedChanges' : 'others than its writers may call it';
  const remedy = `name there the fields that it may change, for ${why}`;
  throw invalid(where, `ports.${name}.writes`, `is missing; ${remedy} ([] for none)`);
}

function invalid(where: string, key: string, problem: string): TestudoError {
  return new TestudoError('SPEC_INVALID', `${where}: ${key} ${problem}`, { data: { key } });
}

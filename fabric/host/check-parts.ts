import { TestudoError } from '../error.ts';
import { isRecord } from '../spec/is-record.ts';
import type { ModelReport } from '../spec/model-report.ts';
import { breakerKeys, portKeys, type KeyRules } from '../spec/spec-keys.ts';
import type { ConfigurationParts } from './configuration-parts.ts';

const nullable = ['consumesEvent', 'producesEvent', 'circuitBreaker'];
const overridable = ['disabled', 'timeout', 'maxRetry', 'placement', ...nullable];
const parts = ['bindings', 'endpoints', 'ports'];

const { fallbackFn: _models, ...thresholds } = breakerKeys;
const overrides: KeyRules = Object.fromEntries(
  overridable.map((key) => [key, portKeys[key] as KeyRules[string]] as const),
);

/** What a change is checked against. */
export interface Checked {
  /** Names that it has already need no model. */
  readonly now: ConfigurationParts;
  /** the models that run here; `null`: names are the authority's to check, which has */
  readonly models: readonly ModelReport[] | null;
}

/**
 * Checks what is to change in a host's configuration.
 * @throws TestudoError `CONFIG_INVALID` naming the key, what was found and what is allowed
 */
export function checkParts(given: Partial<ConfigurationParts>, { now, models }: Checked): void {
  for (const key of Object.keys(given))
    if (!parts.includes(key)) throw invalid(key, `is not among ${parts.join(', ')}`);
  const { bindings, ports = {} } = given;
  const names = (record: object, known: object = {}): string[] =>
    Object.keys(record).filter((name) => !(name in known));
  if (models !== null) {
    checkPorts(names(bindings?.adapters ?? {}, now.bindings.adapters), 'bindings.adapters', models);
    checkPorts(names(ports, now.ports), 'ports', models);
  }
  for (const [name, override] of Object.entries(ports)) checkOverride(override, `ports.${name}`);
}

function checkPorts(names: readonly string[], key: string, models: readonly ModelReport[]): void {
  for (const name of names) {
    const [modelName = '', port = ''] = name.split('.');
    const model = models.find((each) => each.modelName === modelName);
    if (model === undefined) throw invalid(`${key}.${name}`, `no model ${modelName} runs here`);
    if (Object.prototype.hasOwnProperty.call(model.ports, port)) continue;
    throw invalid(`${key}.${name}`, `${modelName} has no port ${port}; it has ${Object.keys(model.ports).join(', ')}`);
  }
}

function checkOverride(override: unknown, key: string): void {
  checkKeys(override, key, overrides);
  const { circuitBreaker } = override as { readonly circuitBreaker?: unknown };
  if (circuitBreaker === undefined || circuitBreaker === null) return;
  for (const [cause, given] of Object.entries(circuitBreaker)) {
    const at = `${key}.circuitBreaker.${cause}`;
    checkKeys(given, at, thresholds);
    const missing = Object.keys(thresholds).find(
      (each) => thresholds[each]?.isRequired && !(each in (given as object)),
    );
    if (missing !== undefined) throw invalid(`${at}.${missing}`, `is missing; it must be ${thresholds[missing]?.must}`);
  }
}

function checkKeys(value: unknown, at: string, rules: KeyRules): void {
  if (!isRecord(value)) throw invalid(at, 'must be a record');
  for (const [key, found] of Object.entries(value)) {
    const rule = Object.prototype.hasOwnProperty.call(rules, key) ? rules[key] : undefined;
    if (rule === undefined) throw invalid(`${at}.${key}`, `is not among ${Object.keys(rules).join(', ')}`);
    const isNone = found === null && rules === overrides && nullable.includes(key);
    if (!isNone && !rule.test(found)) throw invalid(`${at}.${key}`, `must be ${rule.must}`);
  }
}

function invalid(key: string, problem: string): TestudoError {
  return new TestudoError('CONFIG_INVALID', `configuration: ${key} ${problem}`, { data: { key } });
}

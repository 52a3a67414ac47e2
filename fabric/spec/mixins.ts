import type { PlainRecord } from '../plain.ts';

/** When a mixin checks: the sum of its events. */
export const eventMask: { readonly update: 1; readonly create: 2; readonly load: 4 } = {
  update: 1,
  create: 2,
  load: 4,
};

/** What a check is told besides the object's fields: what happens to it, what that changes, what it was. */
export interface MixinCheck {
  /** one of `eventMask` */
  readonly event: number;
  readonly changes: PlainRecord;
  readonly before: PlainRecord;
}

/**
 * Adds members to a model's objects: functions become methods. One that has `check` also checks their fields, at the
 * events of its `mask` (create and update where it has none); what the check throws refuses the change.
 */
export interface Mixin {
  (object: unknown): { readonly [member: string]: unknown };
  readonly mask?: number;
  readonly check?: (fields: PlainRecord, change: MixinCheck) => void;
}

/** Names of fields, or a function that gives them (one or a list) for an object. */
export type FieldNames = string | ((fields: PlainRecord) => string | readonly string[] | null | undefined);

/** What one field must be; all that is named holds. A field that is absent or `null` is not looked at. */
export interface FieldRule {
  readonly propKey: FieldNames;
  readonly isValid?: (fields: PlainRecord, value: unknown) => boolean;
  readonly values?: readonly unknown[];
  /** a RegExp, or one of `email`, `ipv4Address`, `ipv6Address`, `phone`, `creditCard`, `ssn` */
  readonly regex?: RegExp | KnownForm;
  readonly typeof?: string;
  /** characters, or entries of a list */
  readonly maxlen?: number;
  /** a number at least, at most */
  readonly min?: number;
  readonly max?: number;
  /** default: create and update */
  readonly mask?: number;
}

type KnownForm = 'email' | 'ipv4Address' | 'ipv6Address' | 'phone' | 'creditCard' | 'ssn';

const knownForms: { readonly [form in KnownForm]: RegExp } = {
  email: /^[^\s@]{1,64}@[^\s@.]+(\.[^\s@.]+)+$/,
  ipv4Address: /^((25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(25[0-5]|2[0-4]\d|1?\d?\d)$/,
  ipv6Address: /^[0-9A-Fa-f:]{2,39}$/,
  phone: /^\+?[\d ()-]{5,25}$/,
  creditCard: /^[\d -]{12,23}$/,
  ssn: /^\d{3}-\d{2}-\d{4}$/,
};

const ruleKeys = ['propKey', 'isValid', 'values', 'regex', 'typeof', 'maxlen', 'min', 'max', 'mask'];
const changing = eventMask.create + eventMask.update;
const isAbsent = (value: unknown): boolean => value === undefined || value === null || value === '';

/** Refuses objects without a value (`''` is none) in these fields. */
export function requireProperties(...names: FieldNames[]): Mixin {
  return mixinOf(changing, (fields) => {
    const missing = namesFor(names, fields).filter((name) => isAbsent(fields[name]));
    if (missing.length > 0) throw new Error(`missing required properties: ${missing.join(', ')}`);
  });
}

/** Refuses changes of these fields after the create. */
export function freezeProperties(...names: FieldNames[]): Mixin {
  return mixinOf(eventMask.update, (fields, { changes, before }) => {
    const isChanged = (name: string): boolean => name in changes || (name in before && !(name in fields));
    const frozen = namesFor(names, before).filter(isChanged);
    if (frozen.length > 0) throw new Error(`cannot update read-only properties: ${frozen.join(', ')}`);
  });
}

/** Refuses values that are not what the rules say. @throws Error for a rule that it does not know */
export function validateProperties(rules: readonly FieldRule[]): Mixin {
  for (const rule of rules) checkRule(rule);
  const mask = rules.reduce((sum, rule) => sum | (rule.mask ?? changing), 0);
  return mixinOf(mask, (fields, { event }) => {
    const invalid = rules
      .filter((rule) => ((rule.mask ?? changing) & event) !== 0)
      .reduce<string[]>((names, rule) => names.concat(invalidBy(rule, fields)), []);
    if (invalid.length > 0) throw new Error(`invalid value for: ${invalid.join(', ')}`);
  });
}

function checkRule(rule: FieldRule): void {
  const unknown = Object.keys(rule).filter((key) => !ruleKeys.includes(key));
  if (unknown.length === 0) return;
  throw new Error(`validateProperties: ${unknown.join(', ')} is no rule; known are ${ruleKeys.join(', ')}`);
}

function invalidBy(rule: FieldRule, fields: PlainRecord): readonly string[] {
  return namesFor([rule.propKey], fields).filter((name) => !isAbsent(fields[name]) && !isRight(rule, fields, name));
}

function isRight(rule: FieldRule, fields: PlainRecord, name: string): boolean {
  const value: unknown = fields[name];
  const { regex, values, isValid, maxlen, min = -Infinity, max = Infinity } = rule;
  if (rule.typeof !== undefined && typeof value !== rule.typeof) return false;
  if (values !== undefined && !values.includes(value)) return false;
  if (regex !== undefined && String(value).search(formOf(regex)) < 0) return false;
  if (maxlen !== undefined && lengthOf(value) > maxlen) return false;
  if (typeof value === 'number' && (value < min || value > max)) return false;
  return isValid === undefined || isValid(fields, value);
}

/** `search` keeps no position, as `test` does in a global expression. */
function formOf(regex: NonNullable<FieldRule['regex']>): RegExp {
  return typeof regex === 'string' ? knownForms[regex] : regex;
}

function lengthOf(value: unknown): number {
  return Array.isArray(value) ? value.length : String(value).length;
}

function namesFor(names: readonly FieldNames[], fields: PlainRecord): readonly string[] {
  return names.reduce<string[]>((all, name) => {
    const given = typeof name === 'function' ? name(fields) : name;
    return all.concat(given ?? []);
  }, []);
}

function mixinOf(mask: number, check: NonNullable<Mixin['check']>): Mixin {
  return Object.assign(() => ({}), { mask, check });
}

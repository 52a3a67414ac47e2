import { isRecord } from './is-record.ts';
import { portMethods } from './operations.ts';
import {
  apiRule,
  authorityRule,
  baseClassRule,
  limitRule,
  migrateRule,
  mixinsRule,
  serializersRule,
  versionRule,
} from './key-rules.ts';
import { scopeRule } from './scope-rule.ts';

/** What the value of one key of a specification must be; the words end the sentence "it must be …". */
export interface KeyRule {
  readonly must: string;
  readonly isRequired?: true;
  test(value: unknown): boolean;
}

export type KeyRules = { readonly [key: string]: KeyRule };

const identifier = /^[A-Za-z][A-Za-z0-9_]{0,59}$/;
const segment = /^[a-z][a-z0-9-]{0,59}$/;
const accessRule = /^!?(owner|tenant|anyone|role:[^\s:]+|user:[^\s:]+)$/;

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
const isInteger = (value: unknown, least: number): boolean => Number.isSafeInteger(value) && (value as number) >= least;
const isSegment = (value: unknown): boolean => isText(value) && segment.test(value.replace(/^\//, ''));
const isIdentifier = (value: unknown): boolean => isText(value) && identifier.test(value);
const isAccessList = (value: unknown): boolean =>
  isRecord(value) &&
  Object.keys(value).every(
    (key) => isTexts(value[key]) && (value[key] as string[]).every((rule) => accessRule.test(rule)),
  );
const isStandardSchema = (value: unknown): boolean => {
  const standard =
    typeof value === 'object' && value !== null ? (value as { '~standard'?: unknown })['~standard'] : null;
  return (
    typeof standard === 'object' &&
    standard !== null &&
    typeof (standard as { validate?: unknown }).validate === 'function'
  );
};

const isEventHandler = (value: unknown): boolean => {
  if (typeof value === 'function') return true;
  if (!isRecord(value) || typeof value['handle'] !== 'function') return false;
  return isText(value['on']) || value['on'] instanceof RegExp;
};
const isSubset = (names: readonly string[], of: readonly string[]): boolean =>
  names.length > 0 && new Set(names).size === names.length && names.every((name) => of.includes(name));

const aFunction: KeyRule = { must: 'a function', test: (value) => typeof value === 'function' };
const aRecord: KeyRule = {
  must: 'a record of named entries',
  test: (value) => isRecord(value) && Object.keys(value).every(isIdentifier),
};
const aName: KeyRule = {
  must: 'a name: letters, digits and _, at most 60, beginning with a letter',
  test: isIdentifier,
};
const aText: KeyRule = { must: 'a text that is not empty', test: isText };
const texts: KeyRule = { must: 'a list of texts', test: isTexts };
const aCount: KeyRule = { must: 'an integer, 0 or more', test: (value) => isInteger(value, 0) };
const aFlag: KeyRule = { must: 'true or false', test: (value) => typeof value === 'boolean' };
const required = (rule: KeyRule): KeyRule => ({ ...rule, isRequired: true });
const oneOf = (...words: string[]): KeyRule => ({
  must: `one of ${words.join(', ')}`,
  test: (value) => words.includes(value as string),
});

/** Keys of a model that this host honours. */
export const modelKeys: KeyRules = {
  modelName: required(aName),
  endpoint: required({
    must: 'a path segment: a-z, 0-9 and -, at most 60',
    test: (value) => isText(value) && segment.test(value),
  }),
  domain: aName,
  version: versionRule,
  api: apiRule,
  schemaVersion: { must: 'an integer, 1 or more', test: (value) => isInteger(value, 1) },
  migrate: migrateRule,
  schema: { must: 'a Standard Schema (an object with ~standard.validate)', test: isStandardSchema },
  factory: required({ must: 'a function: (context) => (input) => fields', test: aFunction.test }),
  dependencies: { must: 'a record: name -> what the factory is given', test: isRecord },
  mixins: mixinsRule,
  validate: aFunction,
  onLoad: aFunction,
  onUpdate: aFunction,
  onDelete: aFunction,
  onConflict: aFunction,
  approvedChanges: texts,
  serializers: serializersRule,
  sync: { must: 'a record: authority, scope', test: isRecord },
  datasource: { must: 'a record of settings', test: (value) => isRecord(value) },
  relations: aRecord,
  ports: aRecord,
  commands: aRecord,
  eventHandlers: {
    must: 'a list of functions, or of { on: a name or RegExp, handle: a function }',
    test: (value) => Array.isArray(value) && value.every(isEventHandler),
  },
  internal: aFlag,
  path: { must: 'a path segment, with or without a slash before it', test: isSegment },
  routes: { must: 'a list of routes', test: (value) => Array.isArray(value) },
  accessControlList: required({
    must: 'a record: operation -> list of owner, tenant, anyone, role:x or user:x, or one of these after ! for who may not',
    test: isAccessList,
  }),
};

export const portKeys: KeyRules = {
  type: required(oneOf('inbound', 'outbound')),
  service: aText,
  adapter: {
    must: 'an adapter as remote#export',
    test: (value) => isText(value) && /^[a-z][a-z0-9-]*#[A-Za-z][A-Za-z0-9]*$/.test(value),
  },
  consumesEvent: aText,
  producesEvent: aText,
  timeout: aCount,
  maxRetry: aCount,
  keys: { must: 'a field name or a list of them', test: (value) => isText(value) || isTexts(value) },
  writes: { must: 'a list of field names', test: isTexts },
  callback: aFunction,
  errorCallback: aFunction,
  timeoutCallback: aFunction,
  undo: {
    must: 'the name of another port of this model, or a function',
    test: (value) => isIdentifier(value) || typeof value === 'function',
  },
  circuitBreaker: { must: 'a record: cause -> thresholds', test: (value) => isRecord(value) },
  disabled: aFlag,
  methods: {
    must: `a list of ${portMethods.join(', ')} (a port may change something: for reading, declare a route)`,
    test: (value) => isTexts(value) && isSubset(value as string[], portMethods),
  },
  path: aText,
  placement: oneOf('owner', 'server', 'authority'),
  compute: aFlag,
};

/** Settings of a model's datasource. */
export const datasourceKeys: KeyRules = {
  indexes: { must: 'a list of at most 20 fields', test: (value) => isTexts(value) && (value as string[]).length <= 20 },
  resident: aFlag,
  baseClass: baseClassRule,
  factory: {
    must: "a function: (base) => an object with methods of its own; stores themselves are the host's",
    test: aFunction.test,
  },
  limit: limitRule,
};

/** How a model's objects reach other hosts. */
export const syncKeys: KeyRules = { authority: authorityRule, scope: scopeRule, handOver: oneOf('create', 'state') };

/** Thresholds of a circuit breaker for one cause. */
export const breakerKeys: KeyRules = {
  errorRate: required({
    must: 'percent: a number above 0, at most 100',
    test: (value) => typeof value === 'number' && value > 0 && value <= 100,
  }),
  callVolume: required({ must: 'an integer, 1 or more', test: (value) => isInteger(value, 1) }),
  intervalMs: required({ must: 'milliseconds: an integer, 1 or more', test: (value) => isInteger(value, 1) }),
  retryDelay: aCount,
  fallbackFn: aFunction,
};

export const commandKeys: KeyRules = { command: required(aFunction), acl: texts, producesEvent: aText };

export const relationKeys: KeyRules = {
  modelName: required(aName),
  type: required(oneOf('oneToMany', 'manyToOne', 'oneToOne', 'containsMany', 'custom')),
  foreignKey: required(aName),
  arrayKey: aName,
  query: aFunction,
};

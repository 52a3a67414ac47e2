import { API_VERSION } from '../api-version.ts';
import { isRecord } from './is-record.ts';
import type { KeyRule } from './spec-keys.ts';

const semver = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/;
const isFunction = (value: unknown): boolean => typeof value === 'function';
const isListOf = (test: (item: unknown) => boolean, value: unknown): boolean =>
  Array.isArray(value) && value.every((item) => test(item));
const isSupported = (value: unknown): boolean => value === API_VERSION || value === API_VERSION - 1;

/** The mode, and the fields, of one serializer. */
const isSerializer = (value: unknown): boolean =>
  isRecord(value) &&
  (value['on'] === 'serialize' || value['on'] === 'deserialize') &&
  typeof value['key'] === 'string' &&
  (value['type'] === undefined || typeof value['type'] === 'string') &&
  isFunction(value['value']) &&
  Object.keys(value).every((key) => ['on', 'key', 'type', 'value'].includes(key));

export const versionRule: KeyRule = {
  must: 'a semantic version such as 1.2.0',
  test: (value) => typeof value === 'string' && semver.test(value),
};

export const apiRule: KeyRule = {
  must: `the host interface that it is written for, ${API_VERSION - 1} or ${API_VERSION} here (or a list with one of them)`,
  test: (value) => (Array.isArray(value) ? value.some(isSupported) : isSupported(value)),
};

export const migrateRule: KeyRule = {
  must: 'a record: schema version -> function that makes fields of the next one',
  test: (value) =>
    isRecord(value) && Object.keys(value).every((key) => /^[1-9]\d{0,5}$/.test(key) && isFunction(value[key])),
};

export const mixinsRule: KeyRule = {
  must: 'a list of functions: (object) => members',
  test: (value) => isListOf(isFunction, value),
};

export const serializersRule: KeyRule = {
  must: "a list of { on: 'serialize' | 'deserialize', key: a field or *, type?: its typeof, value: (key, value) => value }",
  test: (value) => isListOf(isSerializer, value),
};

export const baseClassRule: KeyRule = {
  must: 'one of default, memory, indexeddb, sqlite, file: kinds of stores, not a class',
  test: (value) => ['default', 'memory', 'indexeddb', 'sqlite', 'file'].includes(value as string),
};

export const limitRule: KeyRule = {
  must: 'objects: an integer from 1 to 1000000',
  test: (value) => Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= 1_000_000,
};

export const authorityRule: KeyRule = {
  must: "'server': which host puts ops in order is chosen in the deployment's configuration, not by a model",
  test: (value) => value === 'server',
};

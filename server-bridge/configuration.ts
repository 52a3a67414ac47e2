import { isAbsolute, resolve } from 'node:path';

import { TestudoError } from '@testudo/fabric/error';
import type { HostConfiguration } from '@testudo/fabric/host/host-options';
import type { RealmLimits } from '@testudo/fabric/host/realm-limits';
import type { Retention } from '@testudo/fabric/sync/retention';
import * as v from 'valibot';

import type { ServerDatasource } from './server-stores.ts';
import { address, closed, name, origin } from './configuration-values.ts';
import { checkSecrets, sinksSchema, type SinkConfigurations } from './sinks/sink-configuration.ts';

export { address, closed, name } from './configuration-values.ts';

/** An export of a remote. */
export const reference = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]*#[A-Za-z][A-Za-z0-9]*$/, 'remote#export'));
/** One export, or several. */
export const references = v.union(
  [reference, v.pipe(v.array(reference), v.minLength(1))],
  'remote#export, or a list of them',
);
/** `model.port` */
export const portName = v.pipe(v.string(), v.regex(/^\w+\.\w+$/, 'model.port'));
const LEASE = 'milliseconds: a whole number, 100 or more';
const PORTS = 'a whole number from 0 to 65535; 0 takes any free port';
const wholeText = v.pipe(v.string(), v.regex(/^\d{1,9}$/, LEASE), v.transform(Number));
const portText = v.pipe(v.string(), v.regex(/^\d{1,5}$/, PORTS), v.transform(Number));

const modelName = v.pipe(v.string(), v.regex(/^[A-Za-z]\w{0,59}$/, 'the name of a model'));
const store = v.picklist(['sqlite', 'file', 'memory'], 'sqlite, file, memory');

const pattern = v.pipe(
  v.string(),
  v.regex(
    /^(\*|[a-z][a-z0-9-]{0,39}(\*|\/\*)?)$/,
    'a remote, the beginning of its name and *, a publisher and /*, or *',
  ),
);
const PART_MS = 'milliseconds: a whole number from 100';
const milliseconds = v.optional(v.pipe(v.number(PART_MS), v.integer(PART_MS), v.minValue(100, PART_MS)));
const KEPT = 'a whole number from 0';
const kept = v.optional(v.pipe(v.number(KEPT), v.integer(KEPT), v.minValue(0, KEPT)));
const HEAP = 'bytes: a whole number from 33554432';
const atMost = 'a whole number from 0 to 64';
const realmCount = v.pipe(v.number(atMost), v.integer(atMost), v.minValue(0, atMost), v.maxValue(64, atMost));

const CHANGES = 'a whole number from 0 to 1000';
const changeCount = v.pipe(v.number(CHANGES), v.integer(CHANGES), v.minValue(0, CHANGES), v.maxValue(1000, CHANGES));

const fileSchema = closed({
  mode: v.picklist(['development', 'production'], 'development, production'),
  /** the address to listen on; anything but loopback opens the server to the network */
  address: v.pipe(v.string(), v.minLength(1, 'an IP address, or localhost')),
  /** 0 takes any free port */
  port: v.pipe(
    v.union([v.number(), portText], PORTS),
    v.integer(PORTS),
    v.minValue(0, PORTS),
    v.maxValue(65_535, PORTS),
  ),
  /** directory of everything that lasts; relative to the project */
  data: v.pipe(v.string(), v.minLength(1, 'a path')),
  /** how objects are kept: one SQLite file, one file a record, or (for tests) not at all; default sqlite */
  datasource: v.optional(store, 'sqlite'),
  /** model -> how its objects are kept, where that is otherwise; goes before what the model's build asks for */
  datasources: v.optional(v.record(modelName, store), {}),
  tenant: name,
  /** names besides localhost and 127.0.0.1 that this server answers to, as `name` or `name:port` */
  hostNames: v.array(
    v.pipe(v.string(), v.regex(/^[a-z0-9.-]+(:\d+)?$/, 'name or name:port, such as shop.example.org')),
  ),
  /** origins that remotes may come from; development also allows every port of localhost */
  allowedOrigins: v.array(origin),
  /** those of them whose names may lead to private addresses (10.0.0.0/8, fc00::/7 and the like) */
  privateOrigins: v.optional(v.array(origin), []),
  /** seeded users and their roles */
  users: v.record(name, v.array(v.string())),
  bindings: closed({
    adapters: v.record(portName, references),
    services: v.record(v.string(), reference),
  }),
  endpoints: v.record(name, address),
  /** how long the owner of an unfinished flow may be away before the server takes it over, in milliseconds */
  flowLeaseMs: v.optional(
    v.pipe(v.union([v.number(), wholeText], LEASE), v.integer(LEASE), v.minValue(100, LEASE)),
    30_000,
  ),
  /** how long the server keeps what nobody needs any more; by parts, each with a default */
  retention: v.optional(closed({ logEntries: kept, logMs: kept, tombstonesMs: kept, requestsMs: kept })),
  /** remote -> what it may have of what it asks for: endpoints, origins, built-ins of Node (which make its realm a trusted one) */
  grants: v.record(
    v.string(),
    v.array(
      v.union(
        [v.pipe(v.string(), v.regex(/^(endpoint:[a-z][a-z0-9-]*|node:[a-z][a-z0-9_/]*)$/)), origin],
        'endpoint:<name>, an origin, or a built-in of Node such as node:net',
      ),
    ),
  ),
  /** which remotes' code shares a realm: realm -> patterns over remotes */
  realms: v.optional(v.record(name, v.array(pattern))),
  realmLimits: v.optional(
    closed({
      answerMs: milliseconds,
      hookMs: milliseconds,
      loadMs: milliseconds,
      heapBytes: v.optional(v.pipe(v.number(HEAP), v.integer(HEAP), v.minValue(32 * 1024 * 1024, HEAP))),
    }),
  ),
  /** realms for ports with `compute: true`: how many are kept, and how many there may be */
  compute: v.optional(closed({ min: realmCount, max: realmCount })),
  /** how many changes of each object are kept besides it; 0: none */
  history: v.optional(
    closed({ changes: v.optional(changeCount), models: v.optional(v.record(v.string(), changeCount)) }),
  ),
  /** where accepted changes are forwarded to, by name */
  sinks: sinksSchema,
});

/** The form of `testudo.config.ts`. */
export type ConfigurationFile = Readonly<v.InferInput<typeof fileSchema>>;

/** A checked configuration with the environment's overrides applied. */
export interface Configuration {
  readonly mode: 'development' | 'production';
  readonly address: string;
  readonly port: number;
  /** absolute path */
  readonly dataDirectory: string;
  /** absolute path of the built shell */
  readonly shellDirectory: string;
  readonly hostNames: readonly string[];
  readonly allowedOrigins: readonly string[];
  readonly privateOrigins: readonly string[];
  readonly users: { readonly [user: string]: readonly string[] };
  readonly datasource: ServerDatasource;
  readonly datasources: { readonly [modelName: string]: ServerDatasource };
  readonly tenant: string;
  /** the file in which the demo's supervisor says what it started; `null` outside demo mode */
  readonly demoFile: string | null;
  /** without their secrets, which stay in the environment */
  readonly sinks: SinkConfigurations;
  readonly host: HostConfiguration;
}

/** Environment variables by name. */
export type Environment = { readonly [name: string]: string | undefined };

/**
 * The configuration of this process: `testudo.config.ts` with `PORT`, `TESTUDO_MODE`, `TESTUDO_DATA`, `TESTUDO_DATASOURCE`, `TESTUDO_SHELL`,
 * `TESTUDO_HOST_NAMES`, `TESTUDO_FLOW_LEASE_MS`, `TESTUDO_ALLOWED_ORIGINS`, `TESTUDO_PRIVATE_ORIGINS`,
 * `TESTUDO_REALMS` (`main=* partner=acme/*`), `TESTUDO_ENDPOINT_<NAME>` and `TESTUDO_DEMO` laid over it.
 * @param file what `testudo.config.ts` exports; checked here, because it may be edited by anybody
 * @throws TestudoError `CONFIG_INVALID` that says which key, by which variable it was set, what was found and what is allowed
 */
export function loadConfiguration(file: unknown, environment: Environment, root: string): Configuration {
  const parsed = v.safeParse(fileSchema, overridden(file, environment));
  if (!parsed.success) {
    const issue = parsed.issues[0];
    const key = v.getDotPath(issue) ?? 'document';
    throw invalid(key, `found ${shown(issue.input)}, allowed: ${issue.message}`, variableOf(key, environment));
  }
  const { endpoints, grants, bindings, flowLeaseMs, retention, mode, sinks, address: listensAt } = parsed.output;
  checkGrants(grants, endpoints);
  const secret = checkSecrets(sinks, environment);
  if (secret !== null) throw invalid(secret.key, secret.message);
  const demo = demoFile(environment['TESTUDO_DEMO']);
  checkAddress(listensAt, mode === 'development' ? 'development mode' : demo === null ? null : 'demo mode');
  return {
    mode,
    address: listensAt,
    port: parsed.output.port,
    dataDirectory: resolve(root, parsed.output.data),
    shellDirectory: resolve(root, environment['TESTUDO_SHELL'] ?? 'dist/shell'),
    hostNames: parsed.output.hostNames,
    allowedOrigins: parsed.output.allowedOrigins,
    privateOrigins: parsed.output.privateOrigins,
    users: parsed.output.users,
    datasource: parsed.output.datasource,
    datasources: parsed.output.datasources,
    tenant: parsed.output.tenant,
    demoFile: demo,
    sinks,
    host: {
      ...{ bindings, endpoints, grants, flowLeaseMs, trace: mode === 'development' },
      ...realmSettings(parsed.output),
      ...(retention === undefined ? {} : { retention: defined<Retention>(retention) }),
      ...historySettings(parsed.output),
    },
  };
}

type Settings = Pick<HostConfiguration, 'realms' | 'realmLimits' | 'compute'>;

/** The parts that are given, without those that are not. */
function defined<T extends object>(parts: { readonly [K in keyof T]?: T[K] | undefined }): Partial<T> {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** What the file says of realms. @throws TestudoError `CONFIG_INVALID` for what would leave a port or a remote without one */
function realmSettings({ realms, realmLimits, compute }: v.InferOutput<typeof fileSchema>): Settings {
  if (compute && (compute.max < 1 || compute.min > compute.max))
    throw invalid('compute', 'max must be 1 or more, and not below min');
  const patterns = Object.values(realms ?? {}).flat();
  const twice = patterns.find((each, index) => patterns.indexOf(each) !== index);
  if (twice !== undefined) throw invalid('realms', `${twice} is named twice; leave it in one realm`);
  return {
    ...(realms === undefined ? {} : { realms }),
    ...(realmLimits === undefined ? {} : { realmLimits: defined<RealmLimits>(realmLimits) }),
    ...(compute === undefined ? {} : { compute }),
  };
}

/** What the file says of the changes that are kept. */
function historySettings({ history }: v.InferOutput<typeof fileSchema>): Pick<HostConfiguration, 'history'> {
  if (history === undefined) return {};
  const { changes, models } = history;
  return {
    history: { ...(changes === undefined ? {} : { changes }), ...(models === undefined ? {} : { models }) },
  };
}

/** Which variable overrides which key of the file. */
const variables: { readonly [key: string]: string } = {
  port: 'PORT',
  flowLeaseMs: 'TESTUDO_FLOW_LEASE_MS',
  mode: 'TESTUDO_MODE',
  data: 'TESTUDO_DATA',
  datasource: 'TESTUDO_DATASOURCE',
  hostNames: 'TESTUDO_HOST_NAMES',
  allowedOrigins: 'TESTUDO_ALLOWED_ORIGINS',
  privateOrigins: 'TESTUDO_PRIVATE_ORIGINS',
  realms: 'TESTUDO_REALMS',
};
const lists = new Set(['hostNames', 'allowedOrigins', 'privateOrigins']);
const ENDPOINT = 'TESTUDO_ENDPOINT_';

/** The variable that a key's value came from, if it came from one. */
function variableOf(key: string, environment: Environment): string | undefined {
  const [top = '', part = ''] = key.split('.');
  const endpoint = ENDPOINT + part.toUpperCase().replaceAll('-', '_');
  const variable = top === 'endpoints' ? endpoint : variables[top];
  return variable !== undefined && environment[variable] ? variable : undefined;
}

function overridden(file: unknown, environment: Environment): unknown {
  if (typeof file !== 'object' || file === null) return file;
  const base = file as Partial<ConfigurationFile>;
  const set: { [key: string]: unknown } = {};
  for (const [key, variable] of Object.entries(variables)) {
    const value = environment[variable];
    if (value) set[key] = lists.has(key) ? words(value) : key === 'realms' ? realmsOf(value) : value;
  }
  return { ...base, ...set, endpoints: { ...base.endpoints, ...endpointsOf(environment) } };
}

/** `main=* partner=acme/*,fulfilment` */
function realmsOf(text: string): { readonly [realm: string]: readonly string[] } {
  const groups = text.split(/\s+/).filter((word) => word !== '');
  return Object.fromEntries(
    groups.map((group) => {
      const [realm = '', patterns = ''] = group.split('=');
      return [realm, words(patterns)];
    }),
  );
}

function endpointsOf(environment: Environment): { readonly [name: string]: string } {
  const found = Object.entries(environment).filter(([variable, value]) => variable.startsWith(ENDPOINT) && value);
  return Object.fromEntries(
    found.map(([variable, value]) => [variable.slice(ENDPOINT.length).toLowerCase().replaceAll('_', '-'), value ?? '']),
  );
}

function checkGrants(grants: HostConfiguration['grants'], endpoints: HostConfiguration['endpoints']): void {
  for (const [remote, granted] of Object.entries(grants)) {
    const missing = granted.find(
      (grant) => grant.startsWith('endpoint:') && !(grant.slice('endpoint:'.length) in endpoints),
    );
    if (missing !== undefined)
      throw invalid(`grants.${remote}`, `${missing} is not among endpoints; add its address there`);
  }
}

/** Who signs in by a mere name must sit at this machine. */
function checkAddress(address: string, open: string | null): void {
  if (open === null || isLoopback(address)) return;
  const message = `${address} is not loopback, and ${open} signs anybody in by name; listen on 127.0.0.1 or run in production`;
  throw invalid('address', message);
}

/** Whether an IP address, or `localhost`, is of this machine only. */
export function isLoopback(address: string): boolean {
  return address === 'localhost' || address === '::1' || /^(::ffff:)?127\.\d+\.\d+\.\d+$/.test(address);
}

function demoFile(value: string | undefined): string | null {
  if (!value) return null;
  if (!isAbsolute(value)) throw invalid('TESTUDO_DEMO', `${value} is not the absolute path of the supervisor's file`);
  return value;
}

function shown(found: unknown): string {
  return (JSON.stringify(found) ?? String(found)).slice(0, 80);
}

function words(text: string): string[] {
  return text.split(/[\s,]+/).filter((word) => word !== '');
}

function invalid(key: string, message: string, variable?: string): TestudoError {
  const by = variable === undefined ? '' : ` (set by ${variable})`;
  return new TestudoError('CONFIG_INVALID', `configuration: ${key}${by}: ${message}`, { data: { key } });
}

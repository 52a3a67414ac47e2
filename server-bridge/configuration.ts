import { isAbsolute, resolve } from 'node:path';

import { TestudoError } from '@testudo/fabric/error';
import type { HostConfiguration } from '@testudo/fabric/host/host-options';
import * as v from 'valibot';

const origin = v.pipe(
  v.string(),
  v.check(
    (text) => isOrigin(text),
    'an origin is scheme://host[:port] without a path, such as https://remotes.example.org',
  ),
);
const address = v.pipe(v.string(), v.url('an endpoint is an absolute URL'));
const reference = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]*#[A-Za-z][A-Za-z0-9]*$/, 'a binding is remote#export'));
const integerText = v.pipe(v.string(), v.regex(/^\d{1,5}$/, 'a port is a number from 0 to 65535'), v.transform(Number));

const fileSchema = v.strictObject({
  mode: v.picklist(['development', 'production']),
  /** the address to listen on; anything but loopback opens the server to the network */
  address: v.pipe(v.string(), v.minLength(1)),
  /** 0 takes any free port */
  port: v.pipe(v.union([v.number(), integerText]), v.integer(), v.minValue(0), v.maxValue(65_535)),
  /** directory of everything that lasts; relative to the project */
  data: v.pipe(v.string(), v.minLength(1)),
  tenant: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,39}$/)),
  /** names besides localhost and 127.0.0.1 that this server answers to, as `name` or `name:port` */
  hostNames: v.array(v.pipe(v.string(), v.regex(/^[a-z0-9.-]+(:\d+)?$/))),
  /** origins that remotes may come from; development also allows every port of localhost */
  allowedOrigins: v.array(origin),
  /** seeded users and their roles */
  users: v.record(v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,39}$/)), v.array(v.string())),
  bindings: v.strictObject({
    adapters: v.record(v.pipe(v.string(), v.regex(/^\w+\.\w+$/, 'the key is model.port')), reference),
    services: v.record(v.string(), reference),
  }),
  endpoints: v.record(v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]*$/)), address),
  grants: v.record(v.string(), v.array(v.union([v.pipe(v.string(), v.regex(/^endpoint:[a-z][a-z0-9-]*$/)), origin]))),
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
  readonly users: { readonly [user: string]: readonly string[] };
  readonly tenant: string;
  /** the file in which the demo's supervisor says what it started; `null` outside demo mode */
  readonly demoFile: string | null;
  readonly host: HostConfiguration;
}

/** Environment variables by name. */
export type Environment = { readonly [name: string]: string | undefined };

/**
 * The configuration of this process: `testudo.config.ts` with `PORT`, `TESTUDO_MODE`, `TESTUDO_DATA`, `TESTUDO_SHELL`,
 * `TESTUDO_HOST_NAMES`, `TESTUDO_ALLOWED_ORIGINS`, `TESTUDO_ENDPOINT_<NAME>` and `TESTUDO_DEMO` laid over it.
 * @param file what `testudo.config.ts` exports; checked here, because it may be edited by anybody
 * @throws TestudoError `CONFIG_INVALID` naming the key
 */
export function loadConfiguration(file: unknown, environment: Environment, root: string): Configuration {
  const parsed = v.safeParse(fileSchema, overridden(file, environment));
  if (!parsed.success) {
    const issue = parsed.issues[0];
    throw invalid(v.getDotPath(issue) ?? 'document', issue.message);
  }
  const { endpoints, grants, bindings, mode, address: listensAt } = parsed.output;
  checkGrants(grants, endpoints);
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
    users: parsed.output.users,
    tenant: parsed.output.tenant,
    demoFile: demo,
    host: { bindings, endpoints, grants, trace: mode === 'development' },
  };
}

function overridden(file: unknown, environment: Environment): unknown {
  if (typeof file !== 'object' || file === null) return file;
  const base = file as Partial<ConfigurationFile>;
  const set: { [key: string]: unknown } = {};
  if (environment['PORT']) set['port'] = environment['PORT'];
  if (environment['TESTUDO_MODE']) set['mode'] = environment['TESTUDO_MODE'];
  if (environment['TESTUDO_DATA']) set['data'] = environment['TESTUDO_DATA'];
  if (environment['TESTUDO_HOST_NAMES']) set['hostNames'] = words(environment['TESTUDO_HOST_NAMES']);
  if (environment['TESTUDO_ALLOWED_ORIGINS']) set['allowedOrigins'] = words(environment['TESTUDO_ALLOWED_ORIGINS']);
  return { ...base, ...set, endpoints: { ...base.endpoints, ...endpointsOf(environment) } };
}

function endpointsOf(environment: Environment): { readonly [name: string]: string } {
  const prefix = 'TESTUDO_ENDPOINT_';
  const found = Object.entries(environment).filter(([name, value]) => name.startsWith(prefix) && value);
  return Object.fromEntries(
    found.map(([name, value]) => [name.slice(prefix.length).toLowerCase().replaceAll('_', '-'), value ?? '']),
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

function words(text: string): string[] {
  return text.split(/[\s,]+/).filter((word) => word !== '');
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}

function invalid(key: string, message: string): TestudoError {
  return new TestudoError('CONFIG_INVALID', `configuration: ${key}: ${message}`, { data: { key } });
}

import type { AccessControlList } from '../../access/authorize.ts';
import { isRecord } from '../is-record.ts';
import { andThen } from '../maybe-promise.ts';
import type { ModelObject } from '../model-object-api.ts';
import { adapterName } from '../object-form.ts';
import type { PortSpec } from '../port-spec.ts';
import { writesOf } from '../port-writes.ts';
import { portKeys } from '../spec-keys.ts';
import { kept, type Drops } from './drops.ts';
import { legacyBreaker } from './legacy-breaker.ts';
import type { LegacyRunner } from './legacy-hooks.ts';
import type { LegacySpec } from './legacy-shape.ts';

type Code = (...args: readonly unknown[]) => unknown;

export interface LegacyPorts {
  readonly modelName: string;
  readonly runner: LegacyRunner;
  readonly drops: Drops;
  /** fields that users may change, where the model says so */
  readonly approvedChanges: readonly string[] | undefined;
  readonly accessControlList: AccessControlList;
}

const readOtherwise = ['type', 'retries', 'undo', 'circuitBreaker', 'callback', 'errorCallback', 'timeoutCallback'];

/** An older model's ports in the canonical shape. */
export function legacyPorts(given: unknown, context: LegacyPorts): { readonly [name: string]: PortSpec } {
  const ports: { [name: string]: PortSpec } = {};
  if (!isRecord(given)) return ports;
  for (const name of Object.keys(given)) {
    const port = given[name];
    if (isRecord(port)) ports[name] = portOf(name, port, { ...context, names: Object.keys(given) });
    else context.drops.keys.push(`ports.${name}`);
  }
  return ports;
}

type PortContext = LegacyPorts & { readonly names: readonly string[] };

function portOf(name: string, port: LegacySpec, context: PortContext): PortSpec {
  const { drops, modelName, runner } = context;
  const plain = kept(port, `ports.${name}`, { rules: portKeys, drops, done: readOtherwise });
  const { retries, circuitBreaker } = port;
  const spec = {
    ...(portKeys['maxRetry']?.test(retries) ? { maxRetry: retries } : {}),
    ...plain,
    type: String(port['type']).toLowerCase() === 'inbound' ? 'inbound' : 'outbound',
    ...callbacksOf(name, port, runner),
    ...undoOf(port['undo'], context),
    ...(isRecord(circuitBreaker)
      ? {
          circuitBreaker: legacyBreaker(circuitBreaker, {
            modelName,
            port: name,
            drops,
            fallback: (code) => (call) => fallback(code, { ...call, runner, port: name }) as never,
          }),
        }
      : {}),
    [adapterName]: name,
  } as PortSpec;
  return withWrites(name, spec, context);
}

/**
 * Where users may change some fields only, or others than its writers may call a port, one that names no fields may change
 * what users may, and what it brings by name.
 */
function withWrites(name: string, spec: PortSpec, { approvedChanges, accessControlList }: LegacyPorts): PortSpec {
  const hasOwnRight = spec.type === 'inbound' && Object.prototype.hasOwnProperty.call(accessControlList, name);
  if ((approvedChanges === undefined && !hasOwnRight) || writesOf(spec) !== undefined) return spec;
  return { ...spec, writes: (approvedChanges ?? []).concat(spec.keys ?? []) };
}

function callbacksOf(name: string, port: LegacySpec, runner: LegacyRunner): Partial<PortSpec> {
  const codeOf = (key: string): Code | undefined => (typeof port[key] === 'function' ? (port[key] as Code) : undefined);
  const [callback, errorCallback, timeoutCallback] = ['callback', 'errorCallback', 'timeoutCallback'].map(codeOf);
  const failed =
    (code: Code): NonNullable<PortSpec['errorCallback']> =>
    ({ model, error }) =>
      runner.run(model, (object) => code({ model: object, port: name, error }));
  return {
    ...(callback
      ? {
          callback: ({ model }, payload) =>
            runner.run(model, (object) => callback({ model: object, port: name }, payload)),
        }
      : {}),
    ...(errorCallback ? { errorCallback: failed(errorCallback) } : {}),
    ...(timeoutCallback ? { timeoutCallback: failed(timeoutCallback) } : {}),
  };
}

/** Older code is given the object to take back what a port did; a name is one of the model's ports, else of a method. */
function undoOf(undo: unknown, { names, runner, modelName }: PortContext): Partial<PortSpec> {
  if (undo === undefined) return {};
  if (typeof undo === 'string' && names.includes(undo)) return { undo };
  if (typeof undo !== 'function' && typeof undo !== 'string') return { undo: undo as never };
  return {
    undo: ({ model, call }) =>
      runner.run(
        model,
        (object) =>
          typeof undo === 'string' ? methodOf(object, undo, modelName).call(object) : (undo as Code)(object),
        call as never,
      ),
  };
}

function methodOf(object: { readonly [key: PropertyKey]: unknown }, name: string, modelName: string): Code {
  const method = object[name];
  if (typeof method === 'function') return method as Code;
  throw new TypeError(`${modelName} has no port and no method ${name} to undo by`);
}

interface Fallback {
  readonly model: ModelObject;
  readonly runner: LegacyRunner;
  readonly port: string;
}

/** What answers in the adapter's place. */
function fallback(code: Code, { model, runner, port }: Fallback): unknown {
  return runner.during(model, (object) =>
    andThen(Promise.resolve(code({ model: object, port })), (given) => runner.objects.result(given) ?? {}),
  );
}

import { routesOf } from './check-doors.ts';
import type { EventHandlerSpec, EventHandlersReport } from './event-handler.ts';
import type { BreakerReport, CommandReport, ModelReport, PortReport, RelationReport } from './model-report.ts';
import { jsonSchemaOf } from './json-schema.ts';
import type { BreakerSpec, PortSpec } from './port-spec.ts';
import type { CommandSpec, ModelSpec, RelationSpec } from './model-spec.ts';
import { defaultMaxRetry, defaultRetryDelayMs, defaultTimeoutMs } from './port-defaults.ts';
import { objectForm } from './object-form.ts';
import { writesOf } from './port-writes.ts';

const defaultResidentLimit = 10_000;

/** A checked model's metadata without its functions, defaults filled in: plain data for the host. */
export function reportModel(spec: ModelSpec, remote: string, build: string): ModelReport {
  const jsonSchema = jsonSchemaOf(spec.schema);
  return {
    modelName: spec.modelName,
    endpoint: spec.endpoint,
    domain: spec.domain ?? 'default',
    schemaVersion: spec.schemaVersion ?? 1,
    accessControlList: mapValues(spec.accessControlList, (rules) => rules.slice()),
    ports: mapValues(spec.ports ?? {}, reportPort),
    commands: mapValues(spec.commands ?? {}, reportCommand),
    relations: mapValues(spec.relations ?? {}, reportRelation),
    ...(spec.eventHandlers?.length ? { hears: reportHandlers(spec.eventHandlers) } : {}),
    ...(spec.datasource?.resident ? { residentLimit: spec.datasource.limit ?? defaultResidentLimit } : {}),
    ...storeOf(spec),
    ...(spec.internal ? { internal: true } : {}),
    ...(spec.path === undefined ? {} : { path: spec.path.replace(/^\//, '') }),
    ...(spec.routes === undefined ? {} : { routes: routesOf(spec) }),
    ...(jsonSchema === undefined ? {} : { jsonSchema }),
    ...(spec.version === undefined ? {} : { version: spec.version }),
    ...(spec[objectForm] === undefined ? {} : { legacy: true }),
    ...(spec.sync?.scope === undefined || spec.sync.scope === 'all' ? {} : { syncScope: spec.sync.scope }),
    ...((spec.serializers ?? []).some(({ on }) => on === 'serialize') ? { serializes: true } : {}),
    ...(spec.datasource?.indexes ? { indexes: spec.datasource.indexes.slice() } : {}),
    remote,
    build,
  };
}

function storeOf({ datasource }: ModelSpec): Pick<ModelReport, 'store'> {
  const { baseClass = 'default' } = datasource ?? {};
  return baseClass === 'default' ? {} : { store: baseClass };
}

function reportRelation({ modelName, type, foreignKey, arrayKey }: RelationSpec): RelationReport {
  return { modelName, type, foreignKey, ...(arrayKey === undefined ? {} : { arrayKey }) };
}

/** A RegExp cannot leave the realm, which then is told of every event. */
function reportHandlers(handlers: readonly EventHandlerSpec[]): EventHandlersReport {
  const names = handlers.map((handler) => (typeof handler === 'function' ? '' : handler.on));
  return {
    own: names.includes(''),
    names: names.filter((name) => name !== '').map((name) => (typeof name === 'string' ? name : '*')),
  };
}

function reportCommand({ acl = [], producesEvent }: CommandSpec): CommandReport {
  return { acl: acl.slice(), ...(producesEvent === undefined ? {} : { producesEvent }) };
}

function reportPort(port: PortSpec): PortReport {
  const writes = writesOf(port);
  return {
    type: port.type,
    service: port.service ?? null,
    consumesEvent: port.consumesEvent ?? null,
    producesEvent: port.producesEvent ?? null,
    timeoutMs: port.timeout ?? defaultTimeoutMs,
    maxRetry: port.maxRetry ?? defaultMaxRetry,
    disabled: port.disabled ?? false,
    ...(port.methods === undefined ? {} : { methods: port.methods.slice() }),
    ...(port.path === undefined ? {} : { path: port.path }),
    ...(writes === undefined ? {} : { writes: writes.slice() }),
    ...(port.placement === undefined || port.placement === 'owner' ? {} : { placement: port.placement }),
    ...(port.compute ? { compute: true } : {}),
    ...(port.adapter === undefined ? {} : { adapter: port.adapter }),
    ...(port.undo === undefined ? {} : { undoable: true }),
    ...(port.errorCallback === undefined && port.timeoutCallback === undefined ? {} : { answersFailure: true }),
    ...(port.circuitBreaker === undefined ? {} : { circuitBreaker: mapValues(port.circuitBreaker, reportBreaker) }),
  };
}

function reportBreaker({ errorRate, callVolume, intervalMs, retryDelay, fallbackFn }: BreakerSpec): BreakerReport {
  return {
    errorRate,
    callVolume,
    intervalMs,
    retryDelayMs: retryDelay ?? defaultRetryDelayMs,
    hasFallback: fallbackFn !== undefined,
  };
}

function mapValues<A, B>(record: { readonly [key: string]: A }, map: (value: A) => B): { readonly [key: string]: B } {
  const result: { [key: string]: B } = {};
  for (const key of Object.keys(record)) result[key] = map(record[key] as A);
  return result;
}

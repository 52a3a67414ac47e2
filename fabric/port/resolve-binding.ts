import { TestudoError } from '../error.ts';
import { adapterName } from '../spec/object-form.ts';
import type { PortSpec } from '../spec/port-spec.ts';
import type { Bindings } from './port-api.ts';

/** The adapters and the service (`remote#export`, `*#export` for that of any build) that a port is bound to. */
export interface PortBinding {
  /** one or more, in the order in which their results are merged */
  readonly adapters: readonly string[];
  /** `null` for a port that names no service */
  readonly service: string | null;
}

/**
 * What configuration binds a port to; where it says nothing, the adapter that the port itself names.
 * @throws TestudoError `ADAPTER_MISSING` naming the port and the configuration that is missing
 */
export function resolveBinding(bindings: Bindings, port: PortSpec, name: string): PortBinding {
  const adapters = own(bindings.adapters, name) ?? port.adapter ?? byName(bindings.adapters, name, port[adapterName]);
  if (adapters.length === 0) {
    throw new TestudoError(
      'ADAPTER_MISSING',
      `port ${name} has no adapter; bind it in the configuration: bindings.adapters["${name}"] = "remote#export"`,
    );
  }
  return { adapters: typeof adapters === 'string' ? [adapters] : adapters, service: serviceOf(bindings, port, name) };
}

function serviceOf(bindings: Bindings, port: PortSpec, name: string): string | null {
  if (port.service === undefined) return null;
  const service = own(bindings.services, port.service);
  if (service !== undefined) return service;
  if (port[adapterName] !== undefined) return `*#${port.service}`;
  throw new TestudoError(
    'ADAPTER_MISSING',
    `port ${name} needs the service ${port.service}; bind it in the configuration: bindings.services["${port.service}"] = "remote#export"`,
  );
}

type Adapters = Bindings['adapters'][string];

/** An older model's port: bound without case, else by whichever build exports an adapter of that name. */
function byName(bindings: Bindings['adapters'], name: string, wanted: string | undefined): Adapters {
  if (wanted === undefined) return [];
  const bound = Object.keys(bindings).find((key) => key.toLowerCase() === name.toLowerCase());
  return (bound === undefined ? undefined : bindings[bound]) ?? `*#${wanted}`;
}

/** The value of a key that the record itself has. */
export function own<T>(record: { readonly [key: string]: T }, key: string): T | undefined {
  return Object.prototype.hasOwnProperty.call(record, key) ? record[key] : undefined;
}

import { TestudoError } from '../error.ts';
import type { PortSpec } from '../spec/port-spec.ts';
import type { Bindings } from './port-api.ts';

/** The adapter and the service (`remote#export`) that configuration binds a port to. */
export interface PortBinding {
  readonly adapter: string;
  /** `null` for a port that names no service */
  readonly service: string | null;
}

/** @throws TestudoError `ADAPTER_MISSING` naming the port and the configuration that is missing */
export function resolveBinding(bindings: Bindings, port: PortSpec, name: string): PortBinding {
  const adapter = own(bindings.adapters, name);
  if (adapter === undefined) {
    throw new TestudoError(
      'ADAPTER_MISSING',
      `port ${name} has no adapter; bind it in the configuration: bindings.adapters["${name}"] = "remote#export"`,
    );
  }
  if (port.service === undefined) return { adapter, service: null };
  const service = own(bindings.services, port.service);
  if (service === undefined) {
    throw new TestudoError(
      'ADAPTER_MISSING',
      `port ${name} needs the service ${port.service}; bind it in the configuration: bindings.services["${port.service}"] = "remote#export"`,
    );
  }
  return { adapter, service };
}

function own(record: { readonly [key: string]: string }, key: string): string | undefined {
  return Object.prototype.hasOwnProperty.call(record, key) ? record[key] : undefined;
}

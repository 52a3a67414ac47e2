import { TestudoError } from '@testudo/fabric/error';
import type { ConfigurationParts, PortOverride, PortOverrides } from '@testudo/fabric/host/configuration-parts';
import type { HostConfiguration } from '@testudo/fabric/host/host-options';
import * as v from 'valibot';

import { address, closed, name, portName, reference, references } from '../configuration.ts';

/** What was changed of the configuration since `testudo.config.ts` was read; laid over it key by key. */
export interface ConfigurationChanges {
  readonly bindings?: Partial<Omit<ConfigurationParts['bindings'], 'endpoints'>>;
  readonly endpoints?: ConfigurationParts['endpoints'];
  /** what is in there is the host's to check, which knows the models */
  readonly ports?: PortOverrides;
}

const schema = closed({
  bindings: v.exactOptional(
    closed({
      adapters: v.exactOptional(v.record(portName, references)),
      services: v.exactOptional(v.record(v.string(), reference)),
    }),
  ),
  endpoints: v.exactOptional(v.record(name, address)),
  ports: v.exactOptional(v.record(portName, v.record(v.string(), v.unknown(), 'a record of port keys'))),
});

/** Changes from untrusted data. @throws TestudoError `BAD_REQUEST` naming the key */
export function parseChanges(value: unknown): ConfigurationChanges {
  const parsed = v.safeParse(schema, value);
  if (parsed.success) return parsed.output as ConfigurationChanges;
  const issue = parsed.issues[0];
  throw new TestudoError(
    'BAD_REQUEST',
    `configuration: ${v.getDotPath(issue) ?? 'document'}: allowed: ${issue.message}`,
  );
}

/** Where a port (`model.port`) is to run, whatever its model says. */
export interface PortMove {
  readonly port: string;
  readonly to: 'owner' | 'server';
}

/** Changes with one port placed otherwise (`null`: none), and no other; what else they say stays. */
export function withMoved({ ports = {}, ...rest }: ConfigurationChanges, move: PortMove | null): ConfigurationChanges {
  const next: { [port: string]: PortOverride } = {};
  for (const [port, { placement: _former, ...kept }] of Object.entries(ports))
    if (Object.keys(kept).length > 0) next[port] = kept;
  if (move !== null) next[move.port] = { ...next[move.port], placement: move.to };
  return Object.keys(next).length === 0 ? rest : { ...rest, ports: next };
}

/** The configuration of the file with changes laid over it. */
export function changed(
  file: HostConfiguration,
  { bindings, endpoints, ports }: ConfigurationChanges,
): HostConfiguration {
  return {
    ...file,
    bindings: {
      adapters: { ...file.bindings.adapters, ...bindings?.adapters },
      services: { ...file.bindings.services, ...bindings?.services },
    },
    endpoints: { ...file.endpoints, ...endpoints },
    ...(ports ? { ports } : {}),
  };
}

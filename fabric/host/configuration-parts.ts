import type { Bindings } from '../port/port-api.ts';
import type { BreakerSpec } from '../spec/port-spec.ts';

/** What a deployment says of a port in the place of its model; `null`: it has none. */
export interface PortOverride {
  readonly disabled?: boolean;
  readonly timeout?: number;
  readonly maxRetry?: number;
  /** which host runs it; steps that are due already stay where they are */
  readonly placement?: 'owner' | 'server' | 'authority';
  readonly consumesEvent?: string | null;
  readonly producesEvent?: string | null;
  /** a fallback stays the model's, for the causes that it names */
  readonly circuitBreaker?: { readonly [cause: string]: Omit<BreakerSpec, 'fallbackFn'> } | null;
}

/** `model.port` -> what the deployment says of it */
export interface PortOverrides {
  readonly [port: string]: PortOverride;
}

/** The parts of a host's configuration that may change while it runs; plain data. */
export interface ConfigurationParts {
  readonly bindings: Bindings;
  /** named addresses for services */
  readonly endpoints: { readonly [name: string]: string };
  readonly ports?: PortOverrides;
}

import type { Plain } from '../plain.ts';

/** What a service factory is given by the host: granted powers only. */
export interface ServiceContext {
  /** a proxy of the host's `fetch`; only origins that the sidecar asks for and the host grants */
  readonly fetch: (url: string, init?: ServiceRequest) => Promise<ServiceResponse>;
  /** named addresses from the host's configuration */
  readonly endpoints: { readonly [name: string]: string };
  /** built-ins of Node by name (`node:net`), those that the sidecar asks for and the host grants; none in a browser */
  readonly builtins: { readonly [name: string]: unknown };
}

export interface ServiceRequest {
  readonly method?: string;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string;
  /** Ends the wait for the reply; hand on the port call's own. */
  readonly signal?: AbortSignal;
}

export interface ServiceResponse {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  text(): Promise<string>;
  json(): Promise<Plain>;
}

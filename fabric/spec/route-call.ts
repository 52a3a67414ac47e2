import type { Plain } from '../plain.ts';
import type { ObjectAsk } from './object-ask.ts';
import type { RouteRequest } from './route-spec.ts';

/** A request at an address of a model's own, for the realm that runs the model. */
export interface RouteCall {
  readonly modelName: string;
  /** the route's path, as the model declares it */
  readonly route: string;
  readonly request: RouteRequest;
}

/** What is to be answered. */
export interface RouteAnswer {
  readonly status: number;
  /** `none`: no body */
  readonly type: 'json' | 'text' | 'none';
  readonly body: Plain;
}

/** What a route's ports ask of the host, which knows for whom. */
export type RouteAsk = Extract<ObjectAsk, { readonly type: 'find' | 'list' | 'count' | 'write' | 'emit' | 'call' }>;

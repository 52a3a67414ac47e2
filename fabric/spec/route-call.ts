import type { Plain } from '../plain.ts';
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
export type RouteAsk =
  | { readonly type: 'find'; readonly modelName: string; readonly id: string }
  | { readonly type: 'list'; readonly modelName: string; readonly query: Plain }
  | {
      readonly type: 'write';
      readonly modelName: string;
      readonly kind: 'create' | 'update' | 'delete';
      readonly id?: string;
      readonly input: Plain;
    }
  | {
      readonly type: 'emit';
      readonly modelName: string;
      readonly id: string;
      readonly name: string;
      readonly payload: Plain;
    }
  | {
      readonly type: 'call';
      readonly modelName: string;
      readonly id: string;
      readonly port: string;
      readonly args: readonly Plain[];
    };

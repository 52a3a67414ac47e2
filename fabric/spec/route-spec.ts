import type { Plain, PlainRecord } from '../plain.ts';
import type { RouteMethod } from './operations.ts';

/** An address of a model's own, below its endpoint, which the server host serves as `/api<path>`. */
export type RouteSpec = { readonly path: string } & { readonly [method in RouteMethod]?: RouteHandler };

/** Answers by `res`, or with what it returns. */
export type RouteHandler = (request: RouteRequest, response: RouteReply, ports: RoutePorts) => unknown;

export interface RouteRequest {
  readonly method: string;
  readonly path: string;
  readonly params: { readonly [name: string]: string };
  readonly query: { readonly [name: string]: string };
  /** `accept`, `accept-language`, `content-type`, `if-match`, `idempotency-key`, `user-agent` */
  readonly headers: { readonly [name: string]: string };
  /** JSON; `null` for none */
  readonly body: Plain;
}

export interface RouteReply {
  /** 200 to 599; default 200 */
  status(code: number): RouteReply;
  json(body: Plain): void;
  /** a text as `text/plain`, anything else as JSON */
  send(body?: Plain): void;
}

/**
 * What a route may do, always in the name of who called it and only while his call lasts. A `get` may read alone.
 * An object is its fields with `id`, `modelName` and `version`.
 */
export interface RoutePorts {
  createModel(input: PlainRecord): Promise<PlainRecord>;
  editModel(id: string, changes: PlainRecord): Promise<PlainRecord>;
  removeModel(id: string): Promise<PlainRecord>;
  findModel(id: string): Promise<PlainRecord>;
  /** A page of the objects that the caller may read. */
  listModels(query?: PlainRecord): Promise<readonly PlainRecord[]>;
  /** Calls an inbound port; gives its result. */
  invokePort(id: string, port: string, ...args: Plain[]): Promise<PlainRecord>;
  /** Tells a domain event of an object that the caller may change. */
  emitEvent(name: string, id: string, payload?: Plain): Promise<null>;
}

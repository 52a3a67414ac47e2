import type { Plain } from '../plain.ts';

export const PROTOCOL: 'testudo.v1' = 'testudo.v1';
export const MAX_ENVELOPE_BYTES: number = 1024 * 1024;
export const MAX_DEPTH: number = 32;

/**
 * What a link carries. `hello` announces a node with the subjects it serves and the patterns it subscribes to
 * (and again whenever these change); `request` is answered by exactly one `reply` or `error`.
 */
export type EnvelopeKind = 'hello' | 'publish' | 'request' | 'reply' | 'error';

export interface Envelope {
  readonly v: 1;
  /** unique at its source; a reply and an error carry the request's id in `reply` */
  readonly id: string;
  /** stamped by the receiving side from the connection; what a frame claims is overwritten */
  readonly src: string;
  /** a node, for `reply`, `error` and requests to one node */
  readonly to?: string;
  readonly subject?: string;
  readonly kind: EnvelopeKind;
  readonly reply?: string;
  readonly hops: number;
  readonly body: Plain;
}

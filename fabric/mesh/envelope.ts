import type { Principal } from '../access/principal.ts';
import type { Plain } from '../plain.ts';

export const PROTOCOL: 'testudo.v1' = 'testudo.v1';
export const MAX_ENVELOPE_BYTES: number = 1024 * 1024;
/** levels of arrays and records in a body; a record of scalars has one */
export const MAX_DEPTH: number = 32;
/** how often an envelope may be relayed */
export const MAX_HOPS: number = 8;

/**
 * What a link carries. `hello` announces a node with the subjects it serves and the patterns it subscribes to
 * (and again whenever these change); `bye` says that the node `src` is gone; `request` is answered by exactly one `reply` or `error`.
 */
export type EnvelopeKind = 'hello' | 'publish' | 'request' | 'reply' | 'error' | 'bye';

/** An envelope as it goes over a link: checked once and written once, for any number of links. `encodeEnvelope` makes it. */
export type EnvelopeText = string & { readonly protocol: typeof PROTOCOL };

export interface Envelope {
  readonly v: 1;
  /** unique at its source; a reply and an error carry the request's id in `reply` */
  readonly id: string;
  /** stamped by the receiving side from the connection; what a frame claims is overwritten */
  readonly src: string;
  /** a node, for `reply`, `error`, and requests and publications to one node */
  readonly to?: string;
  readonly subject?: string;
  readonly kind: EnvelopeKind;
  readonly reply?: string;
  /** 0 at the source; one more for every relay */
  readonly hops: number;
  /** who stands behind `src`, stamped by a relay; ignored from a peer that is a mere node */
  readonly principal?: Principal;
  readonly body: Plain;
}

import type { Disposable, Plain } from '../plain.ts';
import type { Principal } from '../access/principal.ts';
import type { Link } from './transport.ts';

/** Who sent what a handler receives: taken from the connection, never from the frame. */
export interface Delivery {
  readonly src: string;
  readonly subject: string;
  readonly principal: Principal;
}

export interface RequestOptions {
  /** default 5000 */
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
  /** one node instead of any that serves the subject */
  readonly to?: string;
}

export interface PeerReport {
  readonly id: string;
  readonly user: string;
  readonly serves: readonly string[];
  readonly info: Plain;
}

/** What a link's peer may do; asked with the concrete subject on every delivery. */
export type MeshPolicy = (question: {
  readonly action: 'publish' | 'subscribe' | 'request' | 'serve';
  readonly subject: string;
  readonly principal: Principal;
}) => boolean;

/**
 * What is at a link's other end. A `node` is one peer: every frame's `src` is overwritten with its id. A `switch`
 * is trusted to have stamped `src` itself; a node that relays is a switch to those who attach to it.
 */
export type LinkPeer =
  | { readonly role: 'node'; readonly id: string; readonly principal: Principal }
  | { readonly role: 'switch' };

/** A host's place in the mesh: request/reply and publish/subscribe over any number of links. */
export interface MeshNode {
  readonly id: string;
  /** Routes over a link from now on. Disposing closes the link. */
  attach(link: Link, peer: LinkPeer): Disposable;
  /**
   * Asks one node that serves the subject; the least loaded when several do.
   * @throws TestudoError `NO_RESPONDERS` at once when nobody serves it, `DEADLINE`, `LINK_CLOSED`, or the responder's own code
   */
  request(subject: string, body: Plain, options?: RequestOptions): Promise<Plain>;
  serve(subject: string, handler: (body: Plain, delivery: Delivery) => Promise<Plain> | Plain): Disposable;
  publish(subject: string, body: Plain): void;
  /**
   * Publishes to one node alone. @returns whether it is there and subscribes to the subject
   * @throws TestudoError `TOO_LARGE`, `TOO_DEEP`
   */
  tell(to: string, subject: string, body: Plain): boolean;
  /** Pattern tokens are separated by `.`; `*` stands for one token, a last `>` for one or more. */
  subscribe(pattern: string, handler: (body: Plain, delivery: Delivery) => void): Disposable;
  /** Plain data that peers see in `peers()`; published again on every change. */
  announce(info: Plain): void;
  peers(): readonly PeerReport[];
  /** Fires after a peer came, changed or went. */
  onPeers(listener: () => void): Disposable;
  close(): void;
}

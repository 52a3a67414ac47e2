import { anonymous, type Principal } from '../access/principal.ts';
import { TestudoError } from '../error.ts';
import type { Disposable, Plain } from '../plain.ts';
import type { Platform } from '../platform.ts';
import { MAX_HOPS, type Envelope } from './envelope.ts';
import { localServices } from './local-services.ts';
import type { MeshContext, Relay, StampedEnvelope, SubjectEnvelope } from './mesh-context.ts';
import type { LinkPeer, MeshNode, MeshPolicy, RequestOptions } from './mesh-node.ts';
import { pendingRequests } from './pending-requests.ts';
import { createPresence } from './presence.ts';
import { presenceExchange } from './presence-exchange.ts';
import { publishSubscribe } from './publish-subscribe.ts';
import { requestReply } from './request-reply.ts';
import type { Link } from './transport.ts';
import type { Way } from './way.ts';

export interface MeshNodeOptions {
  /** this node's name: `[a-z0-9-]{3,60}` */
  readonly id: string;
  readonly platform: Platform;
  /** who this node's own requests and publications are made by */
  readonly local: Principal;
  /** Carries envelopes between its links: makes it a switch. */
  readonly relay?: Relay;
  /** What peers may do. Without one, peers attached as nodes may do nothing, and switches are believed. */
  readonly policy?: MeshPolicy;
}

const GOING_AWAY = 1001;

/** The source and the principal that the connection vouches for. */
function stamp({ peer }: Way, envelope: Envelope): StampedEnvelope {
  if (peer.role === 'node') return { ...envelope, src: peer.id, principal: peer.principal };
  return { ...envelope, principal: envelope.principal ?? anonymous };
}

/** Ids unique at this node, also over its restarts. */
function idSource(platform: Platform): () => string {
  const prefix = [...platform.random(6)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  let count = 0;
  return () => `${prefix}-${(count++).toString(36)}`;
}

/** Calls once, in a later microtask, for any number of calls in this turn. */
function oncePerTurn(run: () => void): () => void {
  let isQueued = false;
  return () => {
    if (isQueued) return;
    isQueued = true;
    queueMicrotask(() => {
      isQueued = false;
      run();
    });
  };
}

/** Listeners that are called after each change; what they throw goes to `onError`. */
function changeListeners(platform: Platform): { add(listener: () => void): Disposable; fire(): void } {
  const listeners = new Set<() => void>();
  return {
    add(listener: () => void): Disposable {
      const entry = (): void => listener();
      listeners.add(entry);
      return { dispose: () => void listeners.delete(entry) };
    },
    fire(): void {
      for (const listener of [...listeners]) {
        try {
          listener();
        } catch (error) {
          platform.onError(error);
        }
      }
    },
  };
}

/**
 * Makes a host's place in the mesh. A request is answered by this node itself when it serves the subject, else by
 * the peer with the fewest requests of ours under way.
 */
export function createMeshNode({ id, platform, local, relay, policy }: MeshNodeOptions): MeshNode {
  let info: Plain = null;
  let isClosed = false;
  const listeners = changeListeners(platform);
  const announceSoon = oncePerTurn(() => exchange.announce());
  const nextId = idSource(platform);
  const context: MeshContext = {
    id,
    local,
    platform,
    relay,
    policy,
    ways: new Set<Way>(),
    presence: createPresence(),
    pending: pendingRequests(platform, nextId),
    services: localServices(announceSoon, (error) => platform.onError(error)),
    nextId,
  };
  const exchange = presenceExchange(context, () => info, listeners.fire);
  const requests = requestReply(context);
  const publications = publishSubscribe(context, requests.refuse);

  function receive(way: Way, envelope: Envelope): void {
    if (!context.ways.has(way)) return;
    const stamped = stamp(way, envelope);
    if (stamped.src === id || stamped.hops > MAX_HOPS) return;
    if (stamped.kind === 'hello') exchange.hello(way, stamped);
    else if (stamped.kind === 'bye') exchange.bye(way, stamped);
    else if (stamped.kind === 'request') requests.requested(way, stamped as SubjectEnvelope);
    else if (stamped.kind === 'publish') publications.published(way, stamped as SubjectEnvelope);
    else requests.answered(way, stamped);
  }

  function attach(link: Link, peer: LinkPeer): Disposable {
    if (isClosed) throw new TestudoError('LINK_CLOSED', `the mesh node ${id} was closed; make another`);
    if (peer.role === 'node' && peer.id === id) {
      throw new TestudoError('CONFLICT', `a peer calls itself ${id}, as this node does; give it another name`);
    }
    const way: Way = { link, peer };
    context.ways.add(way);
    link.listen({
      onEnvelope: (envelope) => receive(way, envelope),
      onClose: () => exchange.wayClosed(way),
    });
    exchange.introduce(way);
    return { dispose: () => link.close(1000, 'detached') };
  }

  return {
    id,
    attach,
    request(subject: string, body: Plain, options: RequestOptions = {}): Promise<Plain> {
      if (!isClosed) return requests.ask(subject, body, options);
      return Promise.reject(
        new TestudoError('LINK_CLOSED', `the mesh node ${id} was closed; ${subject} was not asked`),
      );
    },
    serve: context.services.serve,
    publish: publications.publish,
    tell: publications.tell,
    subscribe: context.services.subscribe,
    announce(told: Plain): void {
      info = told;
      announceSoon();
    },
    peers: context.presence.reports,
    onPeers: listeners.add,
    close(): void {
      isClosed = true;
      for (const { link } of context.ways) link.close(GOING_AWAY, `${id} closes`);
      context.pending.failAll(new TestudoError('LINK_CLOSED', `the mesh node ${id} was closed before the answer came`));
    },
  };
}

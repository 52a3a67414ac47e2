import { hasCode, TestudoError } from '../error.ts';
import type { Disposable } from '../plain.ts';
import type { Platform } from '../platform.ts';
import type { Envelope } from './envelope.ts';
import type { MeshNode } from './mesh-node.ts';
import type { Link, LinkClosed, LinkHandlers, Transport } from './transport.ts';

export interface ConnectOptions {
  readonly transport: Transport;
  readonly node: MeshNode;
  readonly platform: Platform;
  /** Fires when the switch has told who is there: requests may be sent. */
  onOpen(): void;
  /** Fires when a link that was open has closed. */
  onClose(closed: LinkClosed): void;
  /** first wait after a failure; default 250 */
  readonly minDelayMs?: number;
  /** longest wait; default 10000 */
  readonly maxDelayMs?: number;
  /** how long connecting, with the switch's hello, may take; default 10000 */
  readonly attemptTimeoutMs?: number;
}

/** A connection that comes back by itself. */
export interface KeptConnection extends Disposable {
  /** Tries now instead of at the end of the wait, for instance when the browser says `online`. */
  reconnect(): void;
  /** Closes the link and stays closed until `resume`. */
  pause(): void;
  resume(): void;
}

/** One try: from connecting to the close of its link. */
interface Attempt {
  readonly aborter: AbortController;
  readonly deadline: Disposable;
  attached: Disposable | null;
  isOpen: boolean;
}

/** A link whose first direct hello and whose close are noticed after its node has handled them. */
function watched(link: Link, onHello: () => void, onClose: (closed: LinkClosed) => void): Link {
  return {
    send: (envelope) => link.send(envelope),
    close: (code, reason) => link.close(code, reason),
    get bufferedBytes(): number {
      return link.bufferedBytes;
    },
    listen(handlers: LinkHandlers): void {
      link.listen({
        onEnvelope(envelope: Envelope): void {
          handlers.onEnvelope(envelope);
          if (envelope.kind === 'hello' && envelope.hops === 0) onHello();
        },
        onClose(closed: LinkClosed): void {
          handlers.onClose(closed);
          onClose(closed);
        },
      });
    },
  };
}

/** Between half and all of a wait that doubles with every failure in a row. */
function backOffMs(failures: number, { minDelayMs = 250, maxDelayMs = 10_000, platform }: ConnectOptions): number {
  const fullMs = Math.min(maxDelayMs, minDelayMs * 2 ** Math.min(failures, 20));
  return Math.round((fullMs / 2) * (1 + (platform.random(1)[0] ?? 0) / 255));
}

/** Keeps a node attached to a switch: connects, and connects again with jittered back-off whenever the link ends. */
export function keepConnected(options: ConnectOptions): KeptConnection {
  const { transport, node, platform } = options;
  let isWanted = true;
  let failures = 0;
  let attempt: Attempt | null = null;
  let waiting: Disposable | null = null;

  function opened(own: Attempt): void {
    if (own !== attempt || own.isOpen) return;
    own.isOpen = true;
    own.deadline.dispose();
    failures = 0;
    options.onOpen();
  }

  function ended(own: Attempt, closed: LinkClosed): void {
    if (own !== attempt) return;
    attempt = null;
    own.deadline.dispose();
    if (own.isOpen) options.onClose(closed);
    if (!isWanted) return;
    waiting = platform.timer(backOffMs(failures, options), start);
    failures += 1;
  }

  function attach(own: Attempt, link: Link): void {
    if (own !== attempt) {
      link.close(1000, 'no longer wanted');
      return;
    }
    const seen = watched(
      link,
      () => opened(own),
      (closed) => ended(own, closed),
    );
    own.attached = node.attach(seen, { role: 'switch' });
  }

  function failed(own: Attempt, error: unknown): void {
    if (!hasCode(error) || error.code !== 'LINK_CLOSED') platform.onError(error);
    ended(own, { code: 1006, reason: error instanceof Error ? error.message : 'connecting failed' });
  }

  function giveUp(own: Attempt, why: string): void {
    own.aborter.abort(new TestudoError('LINK_CLOSED', why));
    own.attached?.dispose();
  }

  function start(): void {
    if (!isWanted || attempt) return;
    waiting?.dispose();
    waiting = null;
    const aborter = new AbortController();
    const deadline = platform.timer(options.attemptTimeoutMs ?? 10_000, () => giveUp(own, 'no answer in time'));
    const own: Attempt = { aborter, deadline, attached: null, isOpen: false };
    attempt = own;
    transport
      .connect(aborter.signal)
      .then((link) => attach(own, link))
      .catch((error: unknown) => failed(own, error));
  }

  function stop(): void {
    isWanted = false;
    waiting?.dispose();
    waiting = null;
    const own = attempt;
    if (!own) return;
    giveUp(own, 'paused');
    if (!own.attached) ended(own, { code: 1000, reason: 'paused' });
  }

  start();
  return {
    reconnect: start,
    pause: stop,
    resume(): void {
      isWanted = true;
      failures = 0;
      start();
    },
    dispose: stop,
  };
}

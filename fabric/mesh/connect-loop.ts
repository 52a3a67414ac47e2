import { hasCode, TestudoError } from '../error.ts';
import type { Disposable } from '../plain.ts';
import type { Platform } from '../platform.ts';
import type { Envelope } from './envelope.ts';
import { MAX_SILENCE_MS } from './keep-alive.ts';
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
  /** how long an open link may bring nothing before it is closed; noticed at most a quarter later; default 40000 */
  readonly maxSilenceMs?: number;
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
  /** what ends it: no hello in time, then silence */
  watch: Disposable;
  attached: Disposable | null;
  isOpen: boolean;
}

interface Watcher {
  onEnvelope(envelope: Envelope): void;
  onClose(closed: LinkClosed): void;
}

const SILENT = 4000;
const LOOKS = 4;

/**
 * Closes a link that brings nothing. Looks four times in the while that is allowed and counts the looks that found
 * nothing new, so that neither a wrong clock nor a sleep of the machine ends a link that is alive.
 */
function silenceWatch(link: Link, maxSilenceMs: number, platform: Platform): Disposable & { heard(): void } {
  let silentLooks = -1;
  let timer: Disposable;
  const look = (): void => {
    silentLooks += 1;
    if (silentLooks >= LOOKS) link.close(SILENT, 'nothing was heard any more');
    else timer = platform.timer(maxSilenceMs / LOOKS, look);
  };
  look();
  return { heard: () => void (silentLooks = -1), dispose: () => timer.dispose() };
}

/** A link whose envelopes and whose close are noticed after its node has handled them. */
function watched(link: Link, watcher: Watcher): Link {
  return {
    send: (text) => link.send(text),
    close: (code, reason) => link.close(code, reason),
    get bufferedBytes(): number {
      return link.bufferedBytes;
    },
    listen(handlers: LinkHandlers): void {
      link.listen({
        onEnvelope(envelope: Envelope): void {
          handlers.onEnvelope(envelope);
          watcher.onEnvelope(envelope);
        },
        onClose(closed: LinkClosed): void {
          handlers.onClose(closed);
          watcher.onClose(closed);
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

  function opened(own: Attempt, silence: Disposable): void {
    own.isOpen = true;
    own.watch.dispose();
    own.watch = silence;
    failures = 0;
    options.onOpen();
  }

  function ended(own: Attempt, closed: LinkClosed): void {
    if (own !== attempt) return;
    attempt = null;
    own.watch.dispose();
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
    let silence: ReturnType<typeof silenceWatch> | undefined;
    const seen = watched(link, {
      onEnvelope({ kind, hops }): void {
        silence?.heard();
        if (own !== attempt || own.isOpen || kind !== 'hello' || hops > 0) return;
        silence = silenceWatch(link, options.maxSilenceMs ?? MAX_SILENCE_MS, platform);
        opened(own, silence);
      },
      onClose: (closed) => ended(own, closed),
    });
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
    const watch = platform.timer(options.attemptTimeoutMs ?? 10_000, () => giveUp(own, 'no answer in time'));
    const own: Attempt = { aborter, watch, attached: null, isOpen: false };
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

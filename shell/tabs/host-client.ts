import { hasCode, TestudoError, unwrap } from '@testudo/fabric/error';
import type { Result } from '@testudo/fabric/error';
import type { Disposable } from '@testudo/fabric/plain';
import type { Platform } from '@testudo/fabric/platform';

import type { HostService } from './host-service.ts';
import { watchForSilence } from './silence.ts';

/** A way to one host. */
export interface Attachment {
  readonly host: string;
  readonly service: HostService;
  release(): void;
}

/** Finds the host that leads. */
export interface HostConnector {
  /** A way to the host that leads now; waits until there is one. */
  attach(): Promise<Attachment>;
  /** Says that an attached host does not answer, so that another takes its place. */
  replace(silent: Attachment): void;
  /** Calls back with the id of a host that has begun to lead. */
  onLeader(listener: (host: string) => void): Disposable;
}

export interface HostClientOptions {
  readonly connector: HostConnector;
  readonly platform: Pick<Platform, 'now' | 'timer'>;
  /**
   * how long after its last sign of life a host is replaced; default 2000. Up to four times that while one after
   * another is silent, because it is the device that is slow then
   */
  readonly deadlineMs?: number;
}

/** One stable client of whichever host leads. */
export interface HostClient {
  /**
   * Asks the host; when it goes away or falls silent, asks the next one the same, so `ask` must be repeatable.
   * @param options.waits the answer may take any time and any number of hosts: silence is not watched for
   * @throws TestudoError the host's own code; `UNAVAILABLE` when host after host is lost, or none has come for ten seconds
   */
  call<T>(ask: Ask<T>, options?: { readonly waits?: boolean }): Promise<T>;
  /** Calls back after each attachment but the first, also to the host that was left, and after a failure: events may have been missed. */
  onAttached(listener: () => void): Disposable;
}

type Ask<T> = (service: HostService) => Promise<Result<T>>;

const maxHosts = 8;
const fencedWaitMs = 250;
const maxDoublings = 2;

interface Held {
  readonly attachment: Attachment;
  /** Calls back once when this attachment is of no use any more; at once if it is so already. */
  onLost(listener: () => void): Disposable;
  /** Lets it go. @returns `false` when that has been done before */
  lose(): boolean;
  /** Has it replaced when it falls silent, until disposed; all that wait share one watch. */
  watch(): Disposable;
}

/** Makes the page's client. Attaches at the first call. */
export function createHostClient(options: HostClientOptions): HostClient {
  return new StableClient(options);
}

class StableClient implements HostClient {
  readonly #options: HostClientOptions;
  readonly #listeners = new Set<() => void>();
  #holding: Promise<Held> | null = null;
  #hasAttached = false;
  /** hosts that were silent one after another */
  #silent = 0;

  constructor(options: HostClientOptions) {
    this.#options = options;
  }

  async call<T>(ask: Ask<T>, { waits = false }: { readonly waits?: boolean } = {}): Promise<T> {
    for (let hosts = 0; waits || hosts < maxHosts; hosts += 1) {
      const held = await this.#hold(waits);
      const result = await this.#once(held, ask, waits);
      if (result !== null) this.#silent = 0;
      if (result !== null && !isFenced(result)) return unwrap(result);
      if (result !== null) await this.#leaveFenced(held);
    }
    throw new TestudoError('UNAVAILABLE', `asked ${maxHosts} hosts one after another, each was lost; reload the page`);
  }

  onAttached(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  /** `null` when the host was lost before it answered. */
  async #once<T>(held: Held, ask: Ask<T>, waits: boolean): Promise<Result<T> | null> {
    const watch = waits ? null : held.watch();
    try {
      return await orLost(held, ask(held.attachment.service));
    } finally {
      watch?.dispose();
    }
  }

  /** Another tab has taken the store over: it leads in a moment, if this page does not know of it yet. */
  async #leaveFenced(held: Held): Promise<void> {
    held.lose();
    await new Promise<void>((resolve) => this.#options.platform.timer(fencedWaitMs, resolve));
  }

  /** @param waits a host that is missing is waited for */
  async #hold(waits: boolean): Promise<Held> {
    for (;;) {
      try {
        return await this.#attach();
      } catch (error) {
        if (!waits || !hasCode(error) || error.code !== 'UNAVAILABLE') throw error;
        await this.#attached();
      }
    }
  }

  /** Another call has reached a host. */
  #attached(): Promise<void> {
    return new Promise((resolve) => {
      const attached = this.onAttached(() => {
        attached.dispose();
        resolve();
      });
    });
  }

  #attach(): Promise<Held> {
    this.#holding ??= this.#options.connector.attach().then(
      (attachment) => this.#held(attachment),
      (error: unknown) => {
        this.#holding = null;
        // Whatever comes after a failure may have told of changes that nobody here has heard.
        this.#hasAttached = true;
        throw error;
      },
    );
    return this.#holding;
  }

  #held(attachment: Attachment): Held {
    let isLost = false;
    const waiting = new Set<() => void>();
    const onLost = (listener: () => void): Disposable => {
      if (isLost) listener();
      else waiting.add(listener);
      return { dispose: () => waiting.delete(listener) };
    };
    const lose = (): boolean => {
      if (isLost) return false;
      isLost = true;
      this.#holding = null;
      subscription.dispose();
      attachment.release();
      for (const listener of waiting) listener();
      return true;
    };
    const subscription = this.#options.connector.onLeader((host) => host !== attachment.host && lose());
    this.#noteAttached();
    const giveUp = (): void => {
      this.#silent += 1;
      if (lose()) this.#options.connector.replace(attachment);
    };
    return { attachment, onLost, lose, watch: shared(() => this.#watch(attachment, giveUp)) };
  }

  #watch({ service }: Attachment, onSilent: () => void): Disposable {
    const { platform, deadlineMs = 2000 } = this.#options;
    const patience = 2 ** Math.min(this.#silent, maxDoublings);
    return watchForSilence(() => service.ping(), platform, { deadlineMs: deadlineMs * patience, onSilent });
  }

  #noteAttached(): void {
    if (this.#hasAttached) queueMicrotask(() => this.#listeners.forEach((listener) => listener()));
    this.#hasAttached = true;
  }
}

/** One of something for all that want it at the same time. */
function shared(open: () => Disposable): () => Disposable {
  let users = 0;
  let opened: Disposable;
  return () => {
    if (users === 0) opened = open();
    users += 1;
    return {
      dispose() {
        users -= 1;
        if (users === 0) opened.dispose();
      },
    };
  };
}

/**
 * What was asked for, or `null` when the host is lost first. Not `Promise.race` against one promise of the host: as long
 * as the host lives, that would keep the answer to every call.
 */
function orLost<T>(held: Held, asked: Promise<T>): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const waiting = held.onLost(() => resolve(null));
    asked.then(resolve, reject).finally(() => waiting.dispose());
  });
}

function isFenced(result: Result<unknown>): boolean {
  return !result.ok && result.error.code === 'FENCED';
}

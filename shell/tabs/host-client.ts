import { TestudoError, unwrap } from '@testudo/fabric/error';
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
  readonly platform: Pick<Platform, 'timer'>;
  /** how long a host may be silent before it is replaced; default 3000 */
  readonly deadlineMs?: number;
}

/** One stable client of whichever host leads. */
export interface HostClient {
  /**
   * Asks the host; when it goes away or falls silent, asks the next one the same, so `ask` must be repeatable.
   * @param options.waits the answer may take any time and any number of hosts: silence is not watched for
   * @throws TestudoError the host's own code; `UNAVAILABLE` when host after host is lost
   */
  call<T>(ask: Ask<T>, options?: { readonly waits?: boolean }): Promise<T>;
  /** Calls back after each attachment to another host than before: events may have been missed. */
  onAttached(listener: () => void): Disposable;
}

type Ask<T> = (service: HostService) => Promise<Result<T>>;

const maxHosts = 8;
const fencedWaitMs = 250;

interface Held {
  readonly attachment: Attachment;
  /** Calls back once when this attachment is of no use any more; at once if it is so already. */
  onLost(listener: () => void): Disposable;
  /** Lets it go. @returns `false` when that has been done before */
  lose(): boolean;
}

/** Makes the page's client. Attaches at the first call. */
export function createHostClient(options: HostClientOptions): HostClient {
  return new StableClient(options);
}

class StableClient implements HostClient {
  readonly #options: HostClientOptions;
  readonly #listeners = new Set<() => void>();
  #holding: Promise<Held> | null = null;
  #formerHost: string | null = null;

  constructor(options: HostClientOptions) {
    this.#options = options;
  }

  async call<T>(ask: Ask<T>, { waits = false }: { readonly waits?: boolean } = {}): Promise<T> {
    for (let hosts = 0; waits || hosts < maxHosts; hosts += 1) {
      const held = await this.#hold();
      const result = await this.#once(held, ask, waits);
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
    const { connector, platform, deadlineMs = 3000 } = this.#options;
    const { service } = held.attachment;
    const giveUp = (): void => {
      if (held.lose()) connector.replace(held.attachment);
    };
    const watch = waits ? null : watchForSilence(() => service.ping(), platform, { deadlineMs, onSilent: giveUp });
    try {
      return await orLost(held, ask(service));
    } finally {
      watch?.dispose();
    }
  }

  /** Another tab has taken the store over: it leads in a moment, if this page does not know of it yet. */
  async #leaveFenced(held: Held): Promise<void> {
    held.lose();
    await new Promise<void>((resolve) => this.#options.platform.timer(fencedWaitMs, resolve));
  }

  #hold(): Promise<Held> {
    this.#holding ??= this.#options.connector.attach().then(
      (attachment) => this.#held(attachment),
      (error: unknown) => {
        this.#holding = null;
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
    this.#noteHost(attachment.host);
    return { attachment, onLost, lose };
  }

  #noteHost(host: string): void {
    const isOther = this.#formerHost !== null && this.#formerHost !== host;
    this.#formerHost = host;
    if (isOther) queueMicrotask(() => this.#listeners.forEach((listener) => listener()));
  }
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

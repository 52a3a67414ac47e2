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
   * @param options.waits the answer may take any time: silence is not watched for
   * @throws TestudoError the host's own code; `UNAVAILABLE` when host after host is lost
   */
  call<T>(ask: (service: HostService) => Promise<Result<T>>, options?: { readonly waits?: boolean }): Promise<T>;
  /** Calls back after each attachment to another host than before: events may have been missed. */
  onAttached(listener: () => void): Disposable;
}

interface Held {
  readonly attachment: Attachment;
  /** resolves when this attachment is of no use any more */
  readonly lost: Promise<typeof lostMark>;
  lose(): void;
}

const lostMark: unique symbol = Symbol('lost');
const maxHosts = 8;

/** Makes the page's client. Attaches at the first call. */
export function createHostClient({ connector, platform, deadlineMs = 3000 }: HostClientOptions): HostClient {
  const listeners = new Set<() => void>();
  let holding: Promise<Held> | null = null;
  let formerHost: string | null = null;

  function hold(): Promise<Held> {
    holding ??= connector.attach().then(held, (error: unknown) => {
      holding = null;
      throw error;
    });
    return holding;
  }

  function held(attachment: Attachment): Held {
    let lose = (): void => undefined;
    const lost = new Promise<typeof lostMark>((resolve) => {
      lose = () => {
        subscription.dispose();
        attachment.release();
        holding = null;
        resolve(lostMark);
      };
    });
    const subscription = connector.onLeader((host) => host !== attachment.host && lose());
    const isOther = formerHost !== null && formerHost !== attachment.host;
    formerHost = attachment.host;
    if (isOther) queueMicrotask(() => listeners.forEach((listener) => listener()));
    return { attachment, lost, lose };
  }

  async function once<T>(
    each: Held,
    ask: (service: HostService) => Promise<Result<T>>,
    waits: boolean,
  ): Promise<Result<T> | null> {
    const { service } = each.attachment;
    const silent = (): void => {
      connector.replace(each.attachment);
      each.lose();
    };
    const watch = waits ? null : watchForSilence(() => service.ping(), platform, { deadlineMs, onSilent: silent });
    try {
      const end = await Promise.race([ask(service), each.lost]);
      if (end === lostMark) return null;
      if (end.ok || end.error.code !== 'FENCED') return end;
      silent();
      return null;
    } finally {
      watch?.dispose();
    }
  }

  return {
    async call(ask, options = {}) {
      for (let hosts = 0; hosts < maxHosts; hosts += 1) {
        const result = await once(await hold(), ask, options.waits ?? false);
        if (result !== null) return unwrap(result);
      }
      throw new TestudoError(
        'UNAVAILABLE',
        `asked ${maxHosts} hosts one after another, each was lost; reload the page`,
      );
    },
    onAttached(listener) {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
  };
}

import { expose, wrap } from 'comlink';

import { toWire } from '../error.ts';
import type { Result, WireError } from '../error.ts';
import { onlyCalls } from './call-filter.ts';
import { batchDecide } from './decide-batch.ts';
import type { RealmApi, RealmHost } from './realm-api.ts';
import type { RealmHandle } from './realm-handle.ts';
import type { Hello, RealmLink, RealmHostLink, RealmPort } from './realm-link.ts';

export interface ConnectOptions {
  readonly name: string;
  /** the realm's port */
  readonly port: RealmPort;
  /** two ends of a fresh channel: the host answers at `near`, `far` goes to the realm */
  readonly channel: { readonly near: RealmPort; readonly far: RealmPort };
  readonly host: RealmHost;
  /** Ends the thread at once. Absent where this host cannot: then the realm is asked to end itself. */
  readonly terminate?: () => Promise<void>;
  /** bytes of the thread's heap and external memory; absent where nobody can tell */
  readonly heapBytes?: () => Promise<number | null>;
}

/** A realm as its host's side sees it, and the way to say that its thread has ended. */
export interface RealmConnection {
  readonly handle: RealmHandle;
  /** Settles every call under way with `REALM_LOST` and fires `onLost`. Only the first time. */
  lost(reason: string): void;
}

/** The host's side of a realm: begins the talk on its port. Calls wait until the realm serves. */
export function connectRealm(options: ConnectOptions): RealmConnection {
  const connection = new Connection(options);
  return { handle: connection, lost: (reason) => connection.end(reason, true) };
}

const noAnswer = { ok: false, error: { code: 'UNAVAILABLE', message: 'this host answers nothing' } } as const;
const hostMethods = ['bytes', 'fetch', 'ask', 'report', 'refuse'] as const;

class Connection implements RealmHandle {
  readonly name: string;
  readonly api: RealmApi;
  readonly heapBytes?: () => Promise<number | null>;
  readonly #options: ConnectOptions;
  readonly #link: RealmLink;
  readonly #under = new Set<() => void>();
  readonly #listeners: ((reason: string) => void)[] = [];
  #reason: string | null = null;

  constructor(options: ConnectOptions) {
    const { name, port, channel, host } = options;
    this.name = name;
    this.#options = options;
    if (options.heapBytes) this.heapBytes = options.heapBytes;
    expose(this.#hostLink(host), onlyCalls(channel.near, hostMethods) as never);
    const hello: Hello = { type: 'testudo-hello', host: channel.far };
    port.postMessage(hello, [channel.far]);
    this.#link = wrap<RealmLink>(port as never) as unknown as RealmLink;
    port.start();
    this.api = this.#guarded(this.#link);
  }

  async terminate(reason = 'it was terminated by its host'): Promise<void> {
    if (this.#reason !== null) return;
    const { terminate } = this.#options;
    if (terminate === undefined) this.#link.close();
    this.end(reason, false);
    await terminate?.();
  }

  onLost(listener: (reason: string) => void): void {
    this.#listeners.push(listener);
  }

  end(reason: string, isLoss: boolean): void {
    if (this.#reason !== null) return;
    this.#reason = reason;
    for (const giveUp of this.#under) giveUp();
    this.#options.channel.near.close();
    this.#options.port.close();
    if (isLoss) for (const listener of this.#listeners) listener(reason);
  }

  #hostLink(host: RealmHost): RealmHostLink {
    return {
      bytes: (global, path) => host.bytes(global, path),
      fetch: (request) => host.fetch(request),
      ask: async (request) => (await host.ask?.(request)) ?? noAnswer,
      report: (error) => host.report?.(error),
      refuse: (reason) => this.end(`it refused to run: ${reason}`, true),
    };
  }

  #guarded(link: RealmLink): RealmApi {
    const { heapBytes } = this.#options;
    // Comlink makes a proxy, and an entry for the collector, at every reading of a method.
    const { decide } = link;
    return {
      load: (request) => this.#during(() => link.load(request)),
      bind: (bindings) => this.#during(() => link.setBindings(bindings)),
      evict: (global) => this.#during(() => link.evict(global)),
      decide: batchDecide((requests) =>
        this.#during(
          async () => (await decide(requests)).map((made) => ('ok' in made ? made : { ok: true, value: made })),
          (error) => requests.map(() => ({ ok: false, error })),
        ),
      ),
      callPort: (request) => this.#during(() => link.callPort(request)),
      handleEvent: (request) => this.#during(() => link.handleEvent(request)),
      keep: (request) => this.#during(() => link.keep(request)),
      route: (request) => this.#during(() => link.route(request)),
      present: (request) => this.#during(() => link.present(request)),
      callAdapter: (request) => this.#during(() => link.callAdapter(request)),
      inspect: () =>
        this.#during(async () => {
          const result = await link.inspect();
          return result.ok && heapBytes
            ? { ok: true, value: { ...result.value, heapBytes: await heapBytes() } }
            : result;
        }),
    };
  }

  /** The outcome of a call, or `REALM_LOST` when the realm ends before it. */
  #during<T>(run: () => Promise<Result<T>>): Promise<Result<T>>;
  #during<T>(run: () => Promise<T>, failed: (error: WireError) => T): Promise<T>;
  #during(
    run: () => Promise<unknown>,
    failed = (error: WireError): unknown => ({ ok: false, error }),
  ): Promise<unknown> {
    return new Promise((resolve) => {
      const settle = (outcome: unknown): void => {
        this.#under.delete(giveUp);
        resolve(outcome);
      };
      const giveUp = (): void => settle(failed(this.#lostError()));
      if (this.#reason !== null) return giveUp();
      this.#under.add(giveUp);
      run().then(settle, (error: unknown) => settle(failed(toWire(error))));
    });
  }

  #lostError(): WireError {
    return { code: 'REALM_LOST', message: `the realm ${this.name} has ended: ${this.#reason ?? 'unknown reason'}` };
  }
}

import { hasCode, TestudoError } from '@testudo/fabric/error';
import type { Disposable } from '@testudo/fabric/plain';
import type { Platform } from '@testudo/fabric/platform';

import { createArrival } from './arrival.ts';
import type { Arrival } from './arrival.ts';
import { joinHost } from './follower.ts';
import type { Attachment, HostConnector } from './host-client.ts';
import { standForElection } from './leadership.ts';
import type { Leadership } from './leadership.ts';
import type { LocalHost, LocalHostOptions } from './local-host.ts';
import type { DoorMessage, HostTold, TabNames } from './wire.ts';

export interface HostConnectorOptions {
  readonly names: TabNames;
  readonly platform: Pick<Platform, 'now' | 'timer' | 'onError'>;
  readonly locks: LockManager;
  /** a name that no other tab, host or endpoint has */
  uniqueName(): string;
  startHost(id: string, start: HostStart): LocalHost;
  /** The host has something to say to the users of all tabs. */
  onTold?(told: HostTold): void;
  /** This tab may not lead, because it is of another version; it has given up its way to the host. */
  onRefused?(error: TestudoError): void;
  /** The browser's host has not come, and calls fail; or it has come after that. */
  onMissing?(isMissing: boolean): void;
  /** how long a leader may leave a joining tab without an answer; default 2000 */
  readonly deadlineMs?: number;
}

/** What a host that starts is told, and tells. */
export type HostStart = Pick<LocalHostOptions, 'lost' | 'onGone' | 'onFailed' | 'onRefused'>;

/** A host that is gone at once again must not make hosts come and go without end. */
const restartMs = 5000;

/** This tab's place among the tabs of its user: leading with a host of its own, or following the one that leads. */
export class TabConnector implements HostConnector, Disposable {
  readonly #options: HostConnectorOptions;
  readonly #door: BroadcastChannel;
  readonly #leadership: Leadership;
  readonly #listeners = new Set<(host: string) => void>();
  readonly #waiting = new Set<(host: LocalHost) => void>();
  readonly #asking = new Set<AbortController>();
  readonly #arrival: Arrival;
  #local: LocalHost | null = null;
  /** what the host that leads or comes was told of its former one's loss */
  #lost: number | null = null;
  /** this tab's host has said that it is there */
  #isUp = false;
  #lostMs = -restartMs;
  #isOver = false;

  constructor(options: HostConnectorOptions) {
    this.#options = options;
    this.#door = new BroadcastChannel(options.names.door);
    this.#door.addEventListener('message', this.#onDoor);
    this.#arrival = createArrival({
      platform: options.platform,
      again: () => this.#lead(this.#lost),
      onMissing: (isMissing) => this.#missing(isMissing),
    });
    this.#leadership = standForElection({
      lock: options.names.lock,
      locks: options.locks,
      platform: options.platform,
      onGained: () => this.#lead(),
      onLost: () => this.#follow(),
      onError: (error) => options.platform.onError(error),
    });
  }

  get isLeading(): boolean {
    return this.#local !== null;
  }

  async attach(): Promise<Attachment> {
    while (!this.#isOver) {
      if (this.#local && !this.#arrival.isMissing) return this.#local.attachment;
      const attachment = this.#local ? null : await this.#joinOrLead();
      if (attachment) return attachment;
      if (attachment === null)
        throw new TestudoError('UNAVAILABLE', 'host.js has not come; is this device online? It is asked for again');
      this.#leadership.steal();
    }
    throw new TestudoError('ABORTED', 'this tab has given up its way to the host');
  }

  replace(silent: Attachment): void {
    if (!this.#isOwn(silent.host)) {
      if (!this.#local) this.#leadership.steal();
    } else if (this.#isUp) this.#lead();
  }

  /** The network has come back: a host that has not come is asked for at once. */
  retry(): void {
    if (this.#local && (!this.#isUp || this.#arrival.isMissing)) this.#lead(this.#lost);
  }

  onLeader(listener: (host: string) => void): Disposable {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  dispose(): void {
    this.#isOver = true;
    this.#asking.forEach((asking) => asking.abort());
    this.#leadership.dispose();
    this.#follow();
    this.#door.close();
  }

  /** `undefined` when nobody answered, `null` when the leading tab's host is missing. */
  async #joinOrLead(): Promise<Attachment | null | undefined> {
    const { names, platform, locks, uniqueName, deadlineMs = 2000 } = this.#options;
    const asking = new AbortController();
    this.#asking.add(asking);
    let lead = (_host: LocalHost): void => undefined;
    const leading = new Promise<Attachment>((resolve) => {
      lead = (host) => resolve(host.attachment);
      this.#waiting.add(lead);
    });
    const endpoint = names.endpoint + uniqueName();
    const join = joinHost({ door: this.#door, endpoint, platform, deadlineMs, locks, signal: asking.signal });
    const joining = join.catch((error: unknown) => {
      if (hasCode(error) && error.code === 'UNAVAILABLE') return undefined;
      if (hasCode(error) && error.code === 'API_UNSUPPORTED') this.#refused(error);
      throw error;
    });
    try {
      const attachment = await Promise.race([leading, joining]);
      const releaseOther = (joined: Attachment | null | undefined): void =>
        joined === attachment ? undefined : joined?.release();
      joining.then(releaseOther, (error: unknown) => platform.onError(error));
      return attachment;
    } finally {
      this.#waiting.delete(lead);
      this.#asking.delete(asking);
      asking.abort();
    }
  }

  /** This tab is of an older version than the host of the others. */
  #refused(error: TestudoError): void {
    this.dispose();
    this.#options.onRefused?.(error);
  }

  #lead(lost: number | null = null): void {
    this.#local?.terminate();
    const id = this.#options.uniqueName();
    const { platform, startHost } = this.#options;
    this.#lost = lost;
    this.#isUp = false;
    this.#arrival.begin();
    const local = startHost(id, {
      lost,
      onGone: (former) => this.#leadAnew(id, former),
      onFailed: () => {
        if (this.#isOwn(id)) this.#arrival.failed();
      },
      onRefused: (error) => this.#refused(error),
    });
    this.#local = local;
    this.#untilThere(local.attachment).catch((error: unknown) => platform.onError(error));
    this.#waiting.forEach((lead) => lead(local));
    this.#announce(id);
  }

  /** A host is there when it answers; one that was missing when it has opened, as it may have answered before in vain. */
  async #untilThere({ host, service }: Attachment): Promise<void> {
    await service.ping();
    if (!this.#isOwn(host)) return;
    this.#isUp = true;
    const hasOpened = !this.#arrival.isMissing || (await service.report()).ok;
    if (hasOpened && this.#isOwn(host)) this.#arrival.end();
  }

  #isOwn(host: string): boolean {
    return host === this.#local?.attachment.host;
  }

  #missing(isMissing: boolean): void {
    this.#options.onMissing?.(isMissing);
    if (isMissing) this.#announce('');
    if (this.#local) this.#say(isMissing ? { type: 'missing' } : { type: 'up', host: this.#local.attachment.host });
  }

  /** With a host that opens its store anew. */
  #leadAnew(former: string, lost: number): void {
    const { platform } = this.#options;
    const waitMs = Math.min(restartMs, Math.max(0, this.#lostMs + restartMs - platform.now()));
    this.#lostMs = platform.now() + waitMs;
    platform.timer(waitMs, () => {
      if (this.#isOwn(former)) this.#lead(lost);
    });
  }

  /** What waits for this tab's own host has to ask another. */
  #follow(): void {
    this.#local?.terminate();
    this.#local = null;
    this.#arrival.end();
    this.#announce('');
  }

  #announce(host: string): void {
    this.#listeners.forEach((listener) => listener(host));
  }

  readonly #onDoor = ({ data }: MessageEvent<DoorMessage>): void => {
    if (data.type === 'up') this.#announce(data.host);
    if (data.type === 'up' && !this.#local) this.#arrival.end();
    if (data.type === 'missing' && !this.#local) this.#arrival.miss();
    if (data.type === 'cleared' || data.type === 'session') this.#options.onTold?.(data);
    if (data.type === 'join' && this.#local) this.#vouch(this.#local, data.endpoint);
  };

  /** Says that the host is on its way, or missing; nothing of one that has come and answers no ping. */
  #vouch({ attachment }: LocalHost, endpoint: string): void {
    const here = (): void => this.#say({ type: 'here', endpoint });
    if (this.#arrival.isMissing) this.#say({ type: 'missing' });
    else if (this.#isUp)
      attachment.service.ping().then(here, (error: unknown) => this.#options.platform.onError(error));
    else here();
  }

  #say(message: DoorMessage): void {
    if (!this.#isOver) this.#door.postMessage(message);
  }
}

import { settle, TestudoError, unwrap, type Result } from '../../error.ts';
import type { Plain } from '../../plain.ts';
import type { AuthorityLink } from '../../sync/sync-api.ts';
import type { FeedPage, PullRequest, PushReply, PushRequest } from '../../sync/wire.ts';
import type { Random } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';

/** The authority as the network reaches it, one life of it. */
export interface Doors {
  /** `user`: who the client is; it may claim any replica */
  push(request: PushRequest, user: string): Promise<PushReply>;
  pull(request: PullRequest): Promise<FeedPage>;
}

export interface SimNetworkOptions {
  readonly time: VirtualTime;
  readonly random: Random;
  /** the authority as it is reached now; `null` while it is down */
  doors(): Doors | null;
}

const deadlineMs = 60;

/** A network between clients and one authority that loses, doubles, delays and so reorders requests and replies. */
export class SimNetwork {
  isRough = true;
  readonly counts = { messages: 0, dropped: 0, doubled: 0, late: 0, cut: 0 };
  readonly #options: SimNetworkOptions;
  readonly #cut = new Set<string>();

  constructor(options: SimNetworkOptions) {
    this.#options = options;
  }

  /** Cuts a client off, or connects it again. */
  cut(client: string, isCut: boolean): void {
    if (isCut) this.#cut.add(client);
    else this.#cut.delete(client);
  }

  isCut(client: string): boolean {
    return this.#cut.has(client);
  }

  /** One process's way to the authority; it gets no answer once that process is dead. */
  link(client: string, isAlive: () => boolean): AuthorityLink {
    const call = async <T>(what: 'push' | 'pull', body: unknown): Promise<T> =>
      unwrap((await this.#request({ client, isAlive, what, text: JSON.stringify(body) })) as unknown as Result<T>);
    return { push: (request) => call('push', request), pull: (request) => call('pull', request) };
  }

  #request(call: {
    client: string;
    isAlive: () => boolean;
    what: 'push' | 'pull';
    text: string;
  }): Promise<Result<Plain>> {
    const { time } = this.#options;
    return new Promise((resolve, reject) => {
      const timer = time.after(deadlineMs, () => {
        this.counts.late += 1;
        if (call.isAlive()) reject(new TestudoError('DEADLINE', `no answer to ${call.what} within ${deadlineMs} ms`));
      });
      const answer = (text: string): void => {
        timer.dispose();
        if (call.isAlive()) resolve(JSON.parse(text) as Result<Plain>);
      };
      this.#send(call.client, () => void this.#serve(call, answer));
    });
  }

  async #serve(
    call: { client: string; what: 'push' | 'pull'; text: string },
    answer: (text: string) => void,
  ): Promise<void> {
    const doors = this.#options.doors();
    if (doors === null) return;
    const request: unknown = JSON.parse(call.text);
    const serve = (): Promise<unknown> =>
      call.what === 'push' ? doors.push(request as PushRequest, call.client) : doors.pull(request as PullRequest);
    const result = await settle(serve);
    if (this.#options.doors() !== doors) return;
    this.#send(call.client, () => answer(JSON.stringify(result)));
  }

  /** Delivers a message none, one or two times, each after a time of its own. */
  #send(client: string, deliver: () => void): void {
    const { time, random } = this.#options;
    this.counts.messages += 1;
    if (this.#cut.has(client)) this.counts.cut += 1;
    else if (this.isRough && random.chance(0.12)) this.counts.dropped += 1;
    else {
      time.after(this.#delayMs(), deliver);
      if (!this.isRough || !random.chance(0.12)) return;
      this.counts.doubled += 1;
      time.after(this.#delayMs(), deliver);
    }
  }

  #delayMs(): number {
    const { random } = this.#options;
    if (!this.isRough) return 1;
    return random.chance(0.1) ? random.between(30, 200) : random.between(1, 12);
  }
}

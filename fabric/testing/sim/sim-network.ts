import { settle, TestudoError, unwrap, type Result } from '../../error.ts';
import type { Plain } from '../../plain.ts';
import type { FeedPage, PullRequest, PushedPage, PushReply, PushRequest } from '../../sync/wire.ts';
import type { FollowerLink } from './sim-follower.ts';
import type { Random } from './random.ts';
import type { SimProcess } from './sim-process.ts';
import type { SimWorld } from './sim-world.ts';

/** The authority as the network reaches it, one life of it. */
export interface Doors {
  /** `user`: who the client is; it may claim any replica */
  push(request: PushRequest, user: string): Promise<PushReply>;
  pull(request: PullRequest, from: Pick<SimClient, 'client' | 'user'>): Promise<FeedPage>;
  renew(credits: number, client: string): boolean;
}

/** One process at one end of the network. */
export interface SimClient {
  /** by which it is cut off */
  readonly client: string;
  readonly user: string;
  readonly process: Pick<SimProcess, 'isAlive' | 'deliver'>;
}

/** The ways between a client and the authority that can be cut. */
export type CutWay = 'requests' | 'replies';

interface Call extends SimClient {
  readonly what: 'push' | 'pull' | 'renew';
  readonly text: string;
}

const deadlineMs = 60;

/** A network between clients and one authority that loses, doubles, delays and so reorders requests and replies. */
export class SimNetwork {
  readonly counts: { messages: number; pushed: number; dropped: number; doubled: number; late: number; cut: number } = {
    messages: 0,
    pushed: 0,
    dropped: 0,
    doubled: 0,
    late: 0,
    cut: 0,
  };
  readonly #world: SimWorld;
  /** the authority as it is reached now; `null` while it is down */
  readonly #doors: () => Doors | null;
  readonly #cut = new Set<string>();
  readonly #slow = new Set<string>();
  readonly #listeners = new Map<string, (pushed: PushedPage | null) => void>();
  readonly #streams = new Map<string, Random>();

  constructor(world: SimWorld, doors: () => Doors | null) {
    this.#world = world;
    this.#doors = doors;
  }

  /** Cuts a client off, or connects it again. */
  cut(client: string, ways: readonly CutWay[], isCut: boolean): void {
    for (const way of ways) {
      if (isCut) this.#cut.add(`${client} ${way}`);
      else this.#cut.delete(`${client} ${way}`);
    }
  }

  /** Makes all that goes to and from a client late, or as fast as that of others. */
  slow(client: string, isSlow: boolean): void {
    if (isSlow) this.#slow.add(client);
    else this.#slow.delete(client);
  }

  /** Hands what is pushed to a client to its process of the moment. */
  listen(client: string, listener: (pushed: PushedPage | null) => void): void {
    this.#listeners.set(client, listener);
  }

  /** Pushes a page to a client. @returns whether it is connected */
  tell(client: string, page: PushedPage | null): boolean {
    const text = JSON.stringify(page);
    this.counts.pushed += 1;
    this.#send(client, 'replies', () => this.#listeners.get(client)?.(JSON.parse(text) as PushedPage | null));
    return this.#listeners.has(client);
  }

  isCut(client: string): boolean {
    return this.#cut.has(`${client} requests`) || this.#cut.has(`${client} replies`);
  }

  /** One process's way to the authority; it gets no answer once that process is dead. */
  link(client: SimClient): FollowerLink {
    const call = async <T>(what: Call['what'], body: unknown): Promise<T> =>
      unwrap((await this.#request({ ...client, what, text: JSON.stringify(body) })) as unknown as Result<T>);
    return {
      push: (request) => call('push', request),
      pull: (request) => call('pull', request),
      renew: (credits) => call('renew', credits),
    };
  }

  #request(call: Call): Promise<Result<Plain>> {
    const { client, process, what } = call;
    return new Promise((resolve, reject) => {
      const timer = this.#world.time.after(deadlineMs, () => {
        this.counts.late += 1;
        const error = new TestudoError('DEADLINE', `no answer to ${what} within ${deadlineMs} ms`);
        process.deliver(() => reject(error));
      });
      const answer = (text: string): void => {
        timer.dispose();
        process.deliver(() => resolve(JSON.parse(text) as Result<Plain>));
      };
      this.#send(client, 'requests', () => void this.#serve(call, answer));
    });
  }

  async #serve({ client, user, what, text }: Call, answer: (text: string) => void): Promise<void> {
    const doors = this.#doors();
    if (doors === null) return;
    const request: unknown = JSON.parse(text);
    const serve = async (): Promise<unknown> => {
      if (what === 'renew') return doors.renew(request as number, client);
      return what === 'push'
        ? doors.push(request as PushRequest, user)
        : doors.pull(request as PullRequest, { client, user });
    };
    const result = await settle(serve);
    if (this.#doors() !== doors) return;
    this.#send(client, 'replies', () => answer(JSON.stringify(result)));
  }

  /** Delivers a message none, one or two times, each after a time of its own. */
  #send(client: string, way: CutWay, deliver: () => void): void {
    const { time, goesWrong } = this.#world;
    const random = this.#stream(client);
    this.counts.messages += 1;
    if (this.#cut.has(`${client} ${way}`)) this.counts.cut += 1;
    else if (goesWrong(random, 'dropped')) this.counts.dropped += 1;
    else {
      time.after(this.#delayMs(random, this.#slow.has(client)), deliver);
      if (!goesWrong(random, 'doubled')) return;
      this.counts.doubled += 1;
      time.after(this.#delayMs(random, this.#slow.has(client)), deliver);
    }
  }

  #delayMs(random: Random, isSlow: boolean): number {
    if (!this.#world.isRough) return 1;
    if (isSlow) return random.between(20, 120);
    return this.#world.goesWrong(random, 'slow') ? random.between(30, 200) : random.between(1, 12);
  }

  #stream(client: string): Random {
    const random = this.#streams.get(client) ?? this.#world.stream(`network of ${client}`);
    this.#streams.set(client, random);
    return random;
  }
}

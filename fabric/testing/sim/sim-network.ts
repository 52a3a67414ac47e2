import { settle, TestudoError, unwrap, type Result } from '../../error.ts';
import type { Plain } from '../../plain.ts';
import type { AuthorityLink } from '../../sync/sync-api.ts';
import type { FeedPage, PullRequest, PushReply, PushRequest } from '../../sync/wire.ts';
import type { Random } from './random.ts';
import type { SimProcess } from './sim-process.ts';
import type { SimWorld } from './sim-world.ts';

/** The authority as the network reaches it, one life of it. */
export interface Doors {
  /** `user`: who the client is; it may claim any replica */
  push(request: PushRequest, user: string): Promise<PushReply>;
  pull(request: PullRequest, user: string): Promise<FeedPage>;
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
  readonly what: 'push' | 'pull';
  readonly text: string;
}

const deadlineMs = 60;

/** A network between clients and one authority that loses, doubles, delays and so reorders requests and replies. */
export class SimNetwork {
  readonly counts: { messages: number; dropped: number; doubled: number; late: number; cut: number } = {
    messages: 0,
    dropped: 0,
    doubled: 0,
    late: 0,
    cut: 0,
  };
  readonly #world: SimWorld;
  /** the authority as it is reached now; `null` while it is down */
  readonly #doors: () => Doors | null;
  readonly #cut = new Set<string>();
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

  isCut(client: string): boolean {
    return this.#cut.has(`${client} requests`) || this.#cut.has(`${client} replies`);
  }

  /** One process's way to the authority; it gets no answer once that process is dead. */
  link(client: SimClient): AuthorityLink {
    const call = async <T>(what: 'push' | 'pull', body: unknown): Promise<T> =>
      unwrap((await this.#request({ ...client, what, text: JSON.stringify(body) })) as unknown as Result<T>);
    return { push: (request) => call('push', request), pull: (request) => call('pull', request) };
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
    const serve = (): Promise<unknown> =>
      what === 'push' ? doors.push(request as PushRequest, user) : doors.pull(request as PullRequest, user);
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
      time.after(this.#delayMs(random), deliver);
      if (!goesWrong(random, 'doubled')) return;
      this.counts.doubled += 1;
      time.after(this.#delayMs(random), deliver);
    }
  }

  #delayMs(random: Random): number {
    if (!this.#world.isRough) return 1;
    return this.#world.goesWrong(random, 'slow') ? random.between(30, 200) : random.between(1, 12);
  }

  #stream(client: string): Random {
    const random = this.#streams.get(client) ?? this.#world.stream(`network of ${client}`);
    this.#streams.set(client, random);
    return random;
  }
}

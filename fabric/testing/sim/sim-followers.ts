import { FeedFollowers } from '../../host/feed-followers.ts';
import type { Authority } from '../../sync/sync-api.ts';
import type { FeedPage, PushedPage } from '../../sync/wire.ts';
import { simPrincipal } from './sim-authority.ts';

/** How a host that follows is reached. @returns whether it is connected */
export type TellFollower = (label: string, page: PushedPage | null) => boolean;

/** One life of the authority's live feed: the real one, over the simulated network. */
export class SimFollowers {
  readonly #followers: FeedFollowers;

  constructor(authority: Authority, tell: TellFollower, onError: (error: unknown) => void) {
    this.#followers = new FeedFollowers({
      authority,
      subject: 'live',
      onError,
      mesh: {
        id: 'authority',
        tell: (label, _subject, page) => tell(label, page as unknown as PushedPage | null),
        peers: () => [],
        onPeers: () => ({ dispose: () => undefined }),
      },
    });
  }

  begin(page: FeedPage, credits: number | undefined, { client, user }: { client: string; user: string }): FeedPage {
    return this.#followers.begin(page, credits, { src: client, principal: simPrincipal(user) });
  }

  renew(credits: number, client: string): boolean {
    return this.#followers.renew({ credits }, { src: client });
  }

  endAll(): void {
    this.#followers.endAll();
  }
}

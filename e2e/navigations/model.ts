import type { Expected, Focus } from './page-probe.ts';

/** An application of the catalogue, by its first path segment. */
export interface Route {
  readonly name: string;
  readonly segment: string;
  readonly title: string;
}

/** What a page shows at an address. */
export interface Place {
  readonly name: string;
  readonly title: string;
  readonly marked: readonly string[];
  /** two addresses with the same identity are one place: to go from one to the other is no arrival */
  readonly identity: string;
}

/** Everything but the page as a whole. */
export const somewhere: readonly Focus[] = ['main', 'heading', 'menu', 'other'];
const anywhere: readonly Focus[] = ['body', ...somewhere];

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** What must be on the screen at an address: the whole of routing, said once more in other words. */
export function placeOf(routes: readonly Route[], href: string): Place {
  const { pathname } = new URL(href);
  const segment = decoded(pathname.split('/').find((part) => part !== '') ?? '');
  const route = routes.find((each) => each.segment === segment);
  if (route) return { name: route.name, title: route.title, marked: [route.segment], identity: route.name };
  return { name: 'not-found', title: 'Nothing here', marked: [], identity: `nothing at ${pathname}` };
}

/** What the test knows of the page: kept in step with it, never read from it. */
export class Model {
  readonly #routes: readonly Route[];
  #url: string;
  #state: Expected['state'] = 'shown';
  /** a page that has just been loaded, or a fragment that has just been shown, leaves the focus to the browser */
  #mayLeaveFocus = true;

  constructor(routes: readonly Route[], url: string) {
    this.#routes = routes;
    this.#url = url;
  }

  get url(): string {
    return this.#url;
  }

  place(href: string = this.#url): Place {
    return placeOf(this.#routes, href);
  }

  /** After one move in the page: an arrival moves the focus and is said once; anything else moves nothing. */
  moved(url: string): Expected {
    const isArrival = this.place(url).identity !== this.place().identity;
    const isFragment = url.split('#')[0] === this.#url.split('#')[0] && url !== this.#url;
    this.#url = url;
    if (!isArrival) {
      if (isFragment) this.#mayLeaveFocus = true;
      return this.#expected({ focus: this.#mayLeaveFocus ? anywhere : somewhere, said: [] });
    }
    this.#state = 'shown';
    return this.#arrived();
  }

  /** After several moves at once: places on the way may have been reached or not. */
  hurried(url: string, moves: number): Expected {
    const isArrival = this.place(url).identity !== this.place().identity;
    this.#url = url;
    const last = isArrival ? this.place().title : null;
    if (isArrival) this.#mayLeaveFocus = false;
    // An error card may have been left and come back to.
    return this.#expected({ focus: this.#mayLeaveFocus ? anywhere : somewhere, said: { last, atMost: moves } });
  }

  /** While the application at an address does not answer. */
  waiting(url: string): Expected {
    const { title, marked, name } = this.place(url);
    return { url, place: name, state: 'busy', title: `${title} — Testudo`, marked, focus: somewhere, said: null };
  }

  /** After its application has failed, at an address or where the page is. */
  failed(url: string = this.#url): Expected {
    this.#url = url;
    this.#state = 'failed';
    return this.#arrived();
  }

  /** After Retry. */
  recovered(): Expected {
    this.#state = 'shown';
    return this.#arrived();
  }

  /** After a new document: nothing is announced, and the focus is where the browser puts it. */
  loaded(url: string): Expected {
    this.#url = url;
    this.#state = 'shown';
    this.#mayLeaveFocus = true;
    return this.#expected({ focus: null, said: [] });
  }

  #arrived(): Expected {
    this.#mayLeaveFocus = false;
    return this.#expected({ focus: ['heading'], said: [this.place().title] });
  }

  #expected(found: Pick<Expected, 'focus' | 'said'>): Expected {
    const { name, title, marked } = this.place();
    return { url: this.#url, place: name, state: this.#state, title: `${title} — Testudo`, marked, ...found };
  }
}

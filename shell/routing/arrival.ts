import type { Route } from './route.ts';

export interface ArrivalOptions {
  readonly main: HTMLElement;
  readonly frame: (callback: () => void) => void;
  announce(message: string): void;
}

/** What a user must notice of a change of place: title, focus and one announcement. */
export interface Arrival {
  /** The path belongs to another application, which is not there yet. */
  toward(title: string): void;
  /** It is there, or its error card is. The first page takes no focus: the browser has just put it where it belongs. */
  at(title: string): void;
}

/** The title of the document for an application's. */
export function documentTitle(title: string): string {
  return `${title} — Testudo`;
}

/** Moves title, focus and announcement with the route. */
export function createArrival({ main, frame, announce }: ArrivalOptions): Arrival {
  let isFirst = true;
  const focusHeading = (): void => {
    const heading = main.querySelector<HTMLElement>('h1') ?? main;
    if (!heading.hasAttribute('tabindex')) heading.setAttribute('tabindex', '-1');
    heading.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  };
  return {
    toward(title) {
      document.title = documentTitle(title);
    },
    at(title) {
      document.title = documentTitle(title);
      if (isFirst) {
        isFirst = false;
        return;
      }
      // Frameworks draw a frame later than their mount resolves.
      frame(() => frame(focusHeading));
      announce(title);
    },
  };
}

/** The route's title, or the one of the card for a path without application. */
export function titleOf(route: Route | undefined): string {
  return route?.title ?? 'Nothing here';
}

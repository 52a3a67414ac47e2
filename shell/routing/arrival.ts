import { arrivedEvent } from './arrived-event.ts';
import type { Route } from './route.ts';

export interface ArrivalOptions {
  readonly main: HTMLElement;
  readonly frame: (callback: () => void) => void;
  announce(message: string): void;
  /** Something is on the screen for the first time. */
  onFirst(): void;
}

/** What a user must notice of a change of place: title, focus and one announcement. */
export interface Arrival {
  /** Whose the path is by now. @param hasLeft whether an application was left for it, perhaps with the focus in it */
  toward(title: string, hasLeft: boolean): void;
  /** It is there, or its error card is. The first page takes no focus: the browser has just put it where it belongs. */
  at(title: string): void;
}

/** The title of the document for an application's. */
export function documentTitle(title: string): string {
  return `${title} — Testudo`;
}

/** Moves title, focus and announcement with the route. */
export function createArrival({ main, frame, announce, onFirst }: ArrivalOptions): Arrival {
  let isFirst = true;
  let isBlank = true;
  const focusHeading = (): void => {
    const heading = main.querySelector<HTMLElement>('h1') ?? main;
    if (!heading.hasAttribute('tabindex')) heading.setAttribute('tabindex', '-1');
    heading.focus({ preventScroll: true });
    window.scrollTo(0, 0);
    document.dispatchEvent(new Event(arrivedEvent));
  };
  return {
    toward(title, hasLeft) {
      document.title = documentTitle(title);
      if (!hasLeft) return;
      isFirst = false;
      keepFocus(main);
    },
    at(title) {
      document.title = documentTitle(title);
      if (isBlank) {
        isBlank = false;
        onFirst();
      }
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

/** Has `main` take the focus when what had it is gone (law L13). */
export function keepFocus(main: HTMLElement): void {
  if (document.activeElement === document.body) main.focus({ preventScroll: true });
}

/** The route's title, or the one of the card for a path without application. */
export function titleOf(route: Route | undefined): string {
  return route?.title ?? 'Nothing here';
}

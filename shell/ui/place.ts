import { keepFocus } from '../routing/arrival.ts';
import { errorCard } from './cards.ts';
import { element } from './element.ts';

/** One application's own place on the screen. */
export interface Place {
  /**
   * Shows the place with a new, empty element for the application, and a sign of waiting when it takes a moment.
   * @param isAgain on the same path: what is emptied may have the focus, of which nobody else takes care then
   */
  open(isAgain: boolean): HTMLElement;
  /** The application is there: no waiting any more. */
  settle(): void;
  /** Shows the error card instead of the application. */
  fail(error: unknown, retry: () => void): void;
  /** Empties the place and takes it off the screen. */
  close(): void;
}

/** How long a switch may take before anything moves. */
const quietMs = 180;

/** Makes the place of an application inside `main`. */
export function createPlace(
  main: HTMLElement,
  { name, title }: { readonly name: string; readonly title: string },
): Place {
  const place = element('div', { class: 's-place', attributes: { 'data-application': name } });
  let waiting: ReturnType<typeof setTimeout> | undefined;
  const settle = (): void => {
    clearTimeout(waiting);
    place.removeAttribute('aria-busy');
    place.querySelector(':scope > .s-loading')?.remove();
  };
  const showWaiting = (): void => {
    const text = element('p', { class: 's-loading', text: `Loading ${title}…` });
    place.prepend(text);
  };
  return {
    open(isAgain) {
      settle();
      const root = element('div', { class: 's-application' });
      place.replaceChildren(root);
      place.setAttribute('aria-busy', 'true');
      if (place.parentNode !== main) main.append(place);
      if (isAgain) keepFocus(main);
      waiting = setTimeout(showWaiting, quietMs);
      return root;
    },
    settle,
    fail(error, retry) {
      settle();
      place.replaceChildren(errorCard(title, error, retry));
    },
    close() {
      settle();
      place.replaceChildren();
      place.remove();
    },
  };
}

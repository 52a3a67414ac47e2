import { arrivedEvent } from './routing/arrived-event.ts';

/** The part of the Navigation API that tells entries of the history apart; engines before Chromium 102 lack it. */
interface NavigationHistory {
  readonly currentEntry: { readonly id: string } | null;
}

/** How long a page may take to grow as long as it was. */
const growthMs = 10_000;
/** What a user does who goes elsewhere meanwhile. */
const inputs = ['wheel', 'touchmove', 'pointerdown', 'keydown'] as const;

/**
 * Back and Forward find a page scrolled as it was left. By itself a browser manages that only when the page is there at
 * once, and an application is not. Where the Navigation API is missing they lead to the top of the page.
 */
export function keepScroll(): void {
  const { navigation } = window as { readonly navigation?: NavigationHistory };
  if (!navigation) return;
  const positions = new Map<string, number>();
  const current = (): string => navigation.currentEntry?.id ?? '';
  /** the entry whose application is on the screen; while it is not the current one, scrolling means nothing */
  let shown = current();
  let stop = (): void => undefined;
  const arrive = (): void => {
    stop();
    const id = current();
    stop = scrollWhenLongEnough(positions.get(id) ?? 0, () => (shown = id));
  };
  const note = (): void => {
    if (shown === current()) positions.set(shown, scrollY);
  };
  window.addEventListener('scroll', note, { passive: true });
  document.addEventListener(arrivedEvent, arrive);
  window.addEventListener('single-spa:before-routing-event', () => stop());
  window.addEventListener('single-spa:routing-event', (event) => {
    const { totalAppChanges } = (event as CustomEvent<{ readonly totalAppChanges: number }>).detail;
    if (totalAppChanges === 0) shown = current();
  });
}

/** @returns how to give up */
function scrollWhenLongEnough(top: number, done: () => void): () => void {
  const observer = new ResizeObserver(scroll);
  const timer = setTimeout(stop, growthMs);
  let isOver = false;
  for (const input of inputs) window.addEventListener(input, stop, { passive: true });
  observer.observe(document.body);
  scroll();
  return stop;

  function stop(): void {
    if (isOver) return;
    isOver = true;
    observer.disconnect();
    clearTimeout(timer);
    for (const input of inputs) window.removeEventListener(input, stop);
    done();
  }
  function scroll(): void {
    scrollTo(0, top);
    if (scrollY >= top - 1) stop();
  }
}

import type { Box } from './next-box.ts';

/** Controls, and headings that can take the focus: so that text can be read by keys. */
const selector =
  'a[href], button, input, select, textarea, summary, [tabindex]:not([tabindex="-1"]), h1[tabindex], h2[tabindex], h3[tabindex]';

/** Everything that an arrow key may lead to now, in document order; of an open modal dialog only what is in it. */
export function stops(page: Document): readonly HTMLElement[] {
  const dialogs = page.querySelectorAll('[aria-modal="true"], dialog[open]');
  const scope = dialogs[dialogs.length - 1] ?? page;
  return Array.from(scope.querySelectorAll<HTMLElement>(selector)).filter(canTakeFocus);
}

function canTakeFocus(element: HTMLElement): boolean {
  if (element.matches(':disabled, [inert], [inert] *') || element.getClientRects().length === 0) return false;
  return getComputedStyle(element).visibility === 'visible';
}

/** The sticky or fixed part of the page that an element is in; `null` for what is scrolled with the page itself. */
export function layerOf(element: Element): Element | null {
  for (let node: Element | null = element; node; node = node.parentElement)
    if (/sticky|fixed/.test(getComputedStyle(node).position)) return node;
  return null;
}

/** Whether something of a box is in the viewport. */
export function inView({ left, right, top, bottom }: Box): boolean {
  return bottom > 0 && right > 0 && top < innerHeight && left < innerWidth;
}

/** Gives a stop the focus and brings it into view, also from under what lies over the page. */
export function show(stop: HTMLElement): void {
  stop.focus({ preventScroll: true });
  stop.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  if (isCovered(stop)) stop.scrollIntoView({ block: 'center', inline: 'nearest' });
}

/** Looks just inside its upper and lower edge. */
function isCovered(stop: HTMLElement): boolean {
  const { left, right, top, bottom } = stop.getBoundingClientRect();
  return [top + 2, bottom - 2].some((y) => {
    const hit = document.elementFromPoint((left + right) / 2, y);
    return hit !== null && !stop.contains(hit) && !hit.contains(stop);
  });
}

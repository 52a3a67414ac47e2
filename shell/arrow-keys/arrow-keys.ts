import type { Disposable } from '@testudo/fabric/plain';

import { nextBox } from './next-box.ts';
import type { Box, Direction } from './next-box.ts';
import { keepsArrow } from './own-arrows.ts';
import { inView, layerOf, show, stops } from './stops.ts';

const directions: { readonly [key: string]: Direction | undefined } = {
  ArrowLeft: 'left',
  ArrowUp: 'up',
  ArrowRight: 'right',
  ArrowDown: 'down',
};

/** Where a move begins. */
interface Origin {
  readonly box: Box;
  readonly current: Element | null;
}

/**
 * Lets arrow keys move the focus to what lies in their direction, and Enter use it, as with a remote control. Acts on
 * keys only that nobody else has handled and that the focused element has no use for.
 */
export function arrowKeys(page: Document): Disposable {
  /** where the focus was: from there it goes on when what had it is gone */
  let lastBox: Box | undefined;
  const remember = (element: Element): void => {
    lastBox = element.getBoundingClientRect();
  };
  /** `false` leaves the key to the browser, which scrolls. */
  const move = (direction: Direction): boolean => {
    const current = focused(page);
    if (current && keepsArrow(current, direction)) return false;
    if (current) remember(current);
    const found = stops(page).filter((stop) => stop !== current);
    const stop = lastBox && inView(lastBox) ? ahead(found, { box: lastBox, current }, direction) : firstInView(found);
    if (!stop) return current !== null && changesByArrow(current);
    show(stop);
    remember(stop);
    return true;
  };
  const onFocus = ({ target }: FocusEvent): void => remember(target as Element);
  const onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing || isModified(event)) return;
    const direction = directions[event.key];
    const isHandled = direction ? move(direction) : event.key === 'Enter' && press(event.target);
    if (isHandled) event.preventDefault();
  };
  page.addEventListener('focusin', onFocus);
  page.addEventListener('keydown', onKey);
  return {
    dispose() {
      page.removeEventListener('focusin', onFocus);
      page.removeEventListener('keydown', onKey);
    },
  };
}

function isModified({ altKey, ctrlKey, metaKey, shiftKey }: KeyboardEvent): boolean {
  return altKey || ctrlKey || metaKey || shiftKey;
}

/** What has the focus; not the page as a whole, nor its main part, which take it when nothing else can. */
function focused({ activeElement, body }: Document): Element | null {
  return activeElement === body || activeElement?.matches('main') ? null : activeElement;
}

/** A choice is changed by Enter and never in passing. */
function changesByArrow(element: Element): boolean {
  return element.matches('select, [type="radio"]');
}

/** Up and down go through all of one layer first; what lies in another one may only lie over it. */
function ahead(found: readonly HTMLElement[], { box, current }: Origin, direction: Direction): HTMLElement | undefined {
  const layer = current && layerOf(current);
  const isSideways = direction === 'left' || direction === 'right';
  const isOwn = (stop: Element): boolean => isSideways || layerOf(stop) === layer;
  const own = nearest(found.filter(isOwn), box, direction);
  const passed = found.filter((stop) => current && own && !isOwn(stop) && isOnTheWay(stop, { box, current, to: own }));
  return nearest(passed, box, direction) ?? own ?? nearest(found, box, direction);
}

/** A bar that sticks to an edge of the screen still has a place of its own in the document. */
function isOnTheWay(
  stop: Element,
  { box, current, to }: { readonly box: Box; readonly current: Element; readonly to: Element },
): boolean {
  const isAfter = (one: Element, other: Element): boolean =>
    (one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING) > 0;
  const { left, right } = stop.getBoundingClientRect();
  return isAfter(current, stop) === isAfter(stop, to) && left < box.right && right > box.left;
}

function nearest(found: readonly HTMLElement[], box: Box, direction: Direction): HTMLElement | undefined {
  const boxes = found.map((stop) => stop.getBoundingClientRect());
  return found[nextBox(box, boxes, direction)];
}

/** Where keys begin: at the first stop of the content that is in view. */
function firstInView(found: readonly HTMLElement[]): HTMLElement | undefined {
  const visible = found.filter((stop) => inView(stop.getBoundingClientRect()));
  return visible.find((stop) => stop.closest('main')) ?? visible[0];
}

/** Enter does what a click does where browsers know no such key. */
function press(target: EventTarget | null): boolean {
  if (target instanceof HTMLSelectElement && 'showPicker' in target) {
    target.showPicker();
    return true;
  }
  if (!(target instanceof HTMLInputElement) || !/^(radio|checkbox)$/.test(target.type)) return false;
  target.click();
  return true;
}

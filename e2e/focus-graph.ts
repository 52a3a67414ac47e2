import type { Page } from '@playwright/test';

const arrows = ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'] as const;
type Arrow = (typeof arrows)[number];

/** What has the focus, as somebody at the screen finds it. */
interface Look {
  /** place among all that was ever seen to have it on this page; -1 for the page itself */
  readonly index: number;
  readonly name: string;
  readonly hasRing: boolean;
  /** wholly on the screen where it fits, and nothing lies over it */
  readonly isVisible: boolean;
  readonly scrolledPx: number;
  /** where everything stands that an arrow key may change: page, list and caret */
  readonly position: string;
}

/** Where the arrow keys lead on one page. */
export interface FocusGraph {
  /** element by its index -> the shortest way there */
  readonly ways: ReadonlyMap<number, readonly Arrow[]>;
  /** what can take the focus and is on no way */
  readonly unreached: readonly string[];
  /** what somebody at the screen would complain of */
  readonly complaints: readonly string[];
  /** the index of what was searched for */
  readonly target: number;
}

const scrollPresses = 60;
type Noted = Window & { stops: HTMLElement[] };

/** Notes everything that can take the focus, in document order. Returns a name of each. */
function noteStops(): string[] {
  const all = document.querySelectorAll<HTMLElement>(
    'a[href], button, input, select, textarea, [tabindex]:not([tabindex="-1"])',
  );
  const isThere = (each: HTMLElement) =>
    !each.matches(':disabled') && each.checkVisibility({ visibilityProperty: true });
  const stops = [...all].filter(isThere);
  Object.assign(window, { stops });
  return stops.map((each) => each.outerHTML.slice(0, 120));
}

/** Looks once what was pressed has been painted, and moves no more. */
async function lookAtFocus(): Promise<Look> {
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
  const { stops } = window as unknown as Noted;
  const element = (document.activeElement ?? document.body) as HTMLElement;
  if (element !== document.body && !stops.includes(element)) stops.push(element);
  const isText = element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement;
  const caret = isText && [element.selectionStart, element.selectionEnd];
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  const { left, right, top, bottom } = element.getBoundingClientRect();
  const isLarge = bottom - top > innerHeight / 2;
  const isInside = isLarge ? bottom > 0 && top < innerHeight : top >= 0 && bottom <= innerHeight;
  const middle = (Math.max(0, top) + Math.min(innerHeight, bottom)) / 2;
  const isFree = (isLarge ? [middle] : [top + 3, middle, bottom - 3]).every((y) => {
    const hit = document.elementFromPoint((left + right) / 2, y);
    return hit !== null && (element.contains(hit) || hit.contains(element));
  });
  return {
    index: stops.indexOf(element),
    name: element.outerHTML.slice(0, 120),
    hasRing: outlineStyle !== 'none' && outlineWidth !== '0px',
    isVisible: isInside && isFree,
    scrolledPx: scrollY,
    position: JSON.stringify([scrollY, element.scrollTop, caret]),
  };
}

/** Puts focus and page where they were: what sticks to the screen lies over other things when the page is scrolled. */
function goBackTo({ index, scrolledPx }: Look): void {
  (window as unknown as Noted).stops[index]?.focus({ preventScroll: true });
  scrollTo(0, scrolledPx);
}

function indexOf(selector: string): number {
  return (window as unknown as Noted).stops.findIndex((stop) => stop.matches(selector));
}

/** Presses an arrow until the focus moves, or nothing does any more: a caret and a list take it for themselves first. */
async function press(page: Page, arrow: Arrow): Promise<Look> {
  let before = await page.evaluate(lookAtFocus);
  for (let times = 0; times < scrollPresses; times += 1) {
    await page.keyboard.press(arrow);
    const after = await page.evaluate(lookAtFocus);
    if (after.index !== before.index || after.position === before.position) return after;
    before = after;
  }
  throw new Error(`${scrollPresses} presses of ${arrow} do not leave ${before.name}`);
}

function complaintsOf(look: Look, how: string): readonly string[] {
  if (look.index < 0) return [`the focus is lost: ${how}`];
  const on = `${how}, on ${look.name}`;
  return [...(look.hasRing ? [] : [`no ring: ${on}`]), ...(look.isVisible ? [] : [`not to be seen: ${on}`])];
}

/** Where the focus is; where the first arrow leads when nothing has it. */
async function begin(page: Page): Promise<Look> {
  const look = await page.evaluate(lookAtFocus);
  return look.index < 0 ? press(page, 'ArrowDown') : look;
}

/**
 * Searches the moves of a page, breadth first, from where the focus is.
 * @param wanted a selector at which the search ends
 */
export async function searchMoves(page: Page, wanted?: string): Promise<FocusGraph> {
  const names = await page.evaluate(noteStops);
  const target = wanted === undefined ? -1 : await page.evaluate(indexOf, wanted);
  const first = await begin(page);
  const complaints = [...complaintsOf(first, 'the first arrow')];
  const ways = new Map<number, readonly Arrow[]>([[first.index, []]]);
  const queue = [first];
  for (const from of queue) {
    for (const arrow of ways.has(target) ? [] : arrows) {
      await page.evaluate(goBackTo, from);
      const to = await press(page, arrow);
      complaints.push(...complaintsOf(to, `${arrow} from ${from.name}`));
      if (ways.has(to.index)) continue;
      ways.set(to.index, [...(ways.get(from.index) ?? []), arrow]);
      queue.push(to);
    }
  }
  await page.evaluate(goBackTo, first);
  return { ways, complaints, target, unreached: names.filter((_name, index) => !ways.has(index)) };
}

/** Goes by arrow keys to what a selector names, by the shortest way. @throws Error when no arrows lead there */
export async function arrowTo(page: Page, wanted: string): Promise<void> {
  await page.locator(wanted).first().waitFor();
  const { ways, target } = await searchMoves(page, wanted);
  const way = ways.get(target);
  if (way === undefined) throw new Error(`no arrows lead to ${wanted}`);
  let look = await begin(page);
  for (const arrow of way) look = await press(page, arrow);
  if (look.index !== target) throw new Error(`${way.join(' ')} lead to ${look.name} and not to ${wanted}`);
}

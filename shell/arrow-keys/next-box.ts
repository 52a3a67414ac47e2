/** Where something is on the screen, in the viewport's pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export type Direction = 'left' | 'up' | 'right' | 'down';

/** The extent of a box along one axis. */
type Span = readonly [from: number, to: number];

/** Rounding may make neighbours overlap by less than this. */
const slackPx = 1;
/** How much a pixel aside counts against a pixel ahead. */
const asideWeight = 3;

/**
 * Which of some boxes the arrow key leads to: one that lies wholly beyond in its direction, the nearest first, what is
 * straight ahead before what is aside. Left and right stay in the row while it has more.
 * @returns its index, or -1 when nothing lies there
 */
export function nextBox(from: Box, boxes: readonly Box[], direction: Direction): number {
  let best = -1;
  let bestCost = Infinity;
  boxes.forEach((box, index) => {
    const cost = costOf(from, box, direction);
    if (cost < bestCost) [best, bestCost] = [index, cost];
  });
  return best;
}

/** `Infinity` for what does not lie in that direction. */
function costOf(from: Box, to: Box, direction: Direction): number {
  const isSideways = direction === 'left' || direction === 'right';
  const [here, there] = isSideways ? [across(from), across(to)] : [along(from), along(to)];
  const ahead = direction === 'left' || direction === 'up' ? here[0] - there[1] : there[0] - here[1];
  if (ahead < -slackPx) return Infinity;
  const [ownSide, otherSide] = isSideways ? [along(from), along(to)] : [across(from), across(to)];
  const aside = Math.max(0, otherSide[0] - ownSide[1], ownSide[0] - otherSide[1]);
  const leavesRow = isSideways && aside > 0 ? 1e4 : 0;
  const drift = Math.abs(ownSide[0] + ownSide[1] - otherSide[0] - otherSide[1]) / 1e3;
  return ahead + aside * asideWeight + leavesRow + drift;
}

function across({ left, right }: Box): Span {
  return [left, right];
}

function along({ top, bottom }: Box): Span {
  return [top, bottom];
}

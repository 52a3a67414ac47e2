import type { Direction } from './next-box.ts';

/** Whether an element has a use of its own for an arrow key: a caret that can still move, a value, or something to scroll. */
export function keepsArrow(element: Element, direction: Direction): boolean {
  if (element instanceof HTMLTextAreaElement) return !isCaretAtEnd(element, isBackward(element, direction));
  if (element instanceof HTMLInputElement) return inputKeeps(element, direction);
  if (element instanceof HTMLElement && element.isContentEditable) return true;
  return canScroll(element, direction);
}

function inputKeeps(input: HTMLInputElement, direction: Direction): boolean {
  const isVertical = direction === 'up' || direction === 'down';
  if (input.type === 'number') return isVertical;
  if (input.type === 'range') return !isVertical;
  return !isVertical && input.selectionStart !== null && !isCaretAtEnd(input, isBackward(input, direction));
}

/** Where the text begins depends on the way it is written. */
function isBackward(element: Element, direction: Direction): boolean {
  if (direction === 'up' || direction === 'down') return direction === 'up';
  return (direction === 'left') === (getComputedStyle(element).direction === 'ltr');
}

function isCaretAtEnd(
  { selectionStart, selectionEnd, value }: HTMLInputElement | HTMLTextAreaElement,
  isBackwards: boolean,
): boolean {
  return selectionStart === selectionEnd && selectionStart === (isBackwards ? 0 : value.length);
}

function canScroll(element: Element, direction: Direction): boolean {
  if (direction === 'left' || direction === 'right') return false;
  if (!/auto|scroll/.test(getComputedStyle(element).overflowY)) return false;
  const { scrollTop, scrollHeight, clientHeight } = element;
  return direction === 'up' ? scrollTop > 0 : scrollTop + clientHeight < scrollHeight - 1;
}

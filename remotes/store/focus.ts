/** Whether the element that has the focus is inside another one. */
export function hasFocus(within: Element | null): boolean {
  return within !== null && within.contains(document.activeElement);
}

/** Whether what had the focus is gone, so that it fell to the page as a whole. */
export function isFocusLost(): boolean {
  return document.activeElement === null || document.activeElement === document.body;
}

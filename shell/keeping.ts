import { keepingReady, keepingWanted } from './keeping/keeping-door.ts';
import type { KeepingParts } from './keeping/keeping-door.ts';
import { openKeeping } from './keeping/open-keeping.ts';

/*
 * A script of its own, so that no first frame waits for it: what is saved here, what is sent, what was refused, and
 * what this browser keeps.
 */
const begin = (event: Event): void => {
  const parts = (event as CustomEvent<KeepingParts>).detail;
  parts.take(openKeeping(parts));
};
document.addEventListener(keepingWanted, begin, { once: true });
document.dispatchEvent(new CustomEvent(keepingReady));

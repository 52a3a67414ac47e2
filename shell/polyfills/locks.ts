import { openClaimsStore } from './claims-store.ts';
import { LeasedLocks } from './leased-locks.ts';

const name = 'testudo-locks';
/** A page that lays out on a slow device answers nobody for a while. */
const answerMs = 2000;

/**
 * Notes in the tab which of its pages has gone, so that a reload need not wait for its own claims. A duplicated tab
 * copies the note only once it is written, when the page it speaks of is gone indeed.
 */
function formerOwner(owner: string): string | null {
  if (typeof sessionStorage === 'undefined') return null;
  const former = sessionStorage.getItem(name);
  sessionStorage.removeItem(name);
  addEventListener('pagehide', () => sessionStorage.setItem(name, owner));
  return former;
}

function openLocks(): LeasedLocks {
  const owner = Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join('');
  return new LeasedLocks({
    store: openClaimsStore(name),
    channel: new BroadcastChannel(name),
    owner,
    former: formerOwner(owner),
    answerMs,
  });
}

/** `navigator.locks` where it is missing; opened at its first use, because a realm's worker never uses it. */
export function addLocks(): void {
  if ('locks' in navigator || typeof indexedDB === 'undefined') return;
  let opened: LeasedLocks | null = null;
  Object.defineProperty(navigator, 'locks', { configurable: true, get: () => (opened ??= openLocks()) });
}

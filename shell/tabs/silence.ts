import type { Disposable } from '@testudo/fabric/plain';
import type { Platform } from '@testudo/fabric/platform';

/**
 * Watches a peer while an answer is awaited: after each `deadlineMs` it is pinged, and a ping that is unanswered
 * for as long again is reported once. Disposing ends the watch.
 */
export function watchForSilence(
  ping: () => Promise<unknown>,
  platform: Pick<Platform, 'timer'>,
  options: { readonly deadlineMs: number; readonly onSilent: () => void },
): Disposable {
  const { deadlineMs, onSilent } = options;
  let isOver = false;
  let timer: Disposable;
  const wait = (): void => {
    timer = platform.timer(deadlineMs, ask);
  };
  const ask = (): void => {
    timer = platform.timer(deadlineMs, onSilent);
    const answered = (): void => {
      timer.dispose();
      if (!isOver) wait();
    };
    // An error is an answer too: the peer is alive, and the call itself will tell what is wrong.
    ping().then(answered, answered);
  };
  wait();
  return {
    dispose() {
      isOver = true;
      timer.dispose();
    },
  };
}

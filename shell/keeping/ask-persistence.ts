import type { AppEvents } from '@testudo/fabric/application';

import type { BrowserStorage } from './storage-standing.ts';

export interface PersistenceOptions {
  readonly events: AppEvents;
  readonly storage: BrowserStorage | undefined;
  /** where it is noted that the browser was asked, which may ask its user */
  readonly notes: Pick<Storage, 'getItem' | 'setItem'>;
  isVisible(): boolean;
  onError(error: unknown): void;
}

const key = 'testudo-asked-to-keep';

/**
 * Asks the browser, once, to keep this site's storage for good: at the first change that its user makes, when there is
 * something to lose.
 */
export function askPersistence(options: PersistenceOptions): void {
  const { events, storage, notes, isVisible, onError } = options;
  if (!storage?.persist || wasAsked(notes)) return;
  const subscription = events.on((event) => {
    if (event.type !== 'object' || event.origin !== 'local' || event.traced || !isVisible()) return;
    subscription.dispose();
    if (wasAsked(notes)) return;
    ask().catch(onError);
  });
  async function ask(): Promise<void> {
    notes.setItem(key, '1');
    await storage?.persist?.();
  }
}

function wasAsked(notes: PersistenceOptions['notes']): boolean {
  return notes.getItem(key) !== null;
}

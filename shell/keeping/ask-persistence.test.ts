import type { HostEvent } from '@testudo/fabric/host/host-api';
import { expect, test } from 'vitest';

import { askPersistence } from './ask-persistence.ts';

test('the browser is asked once, by the tab that is looked at, at its user’s first change', async () => {
  const listeners = new Set<(event: HostEvent) => void>();
  const notes = new Map<string, string>();
  let asked = 0;
  let isVisible = true;
  const open = (): void =>
    askPersistence({
      events: { on: (listener) => (listeners.add(listener), { dispose: () => listeners.delete(listener) }) },
      storage: { persist: async () => ((asked += 1), false) },
      notes: { getItem: (key) => notes.get(key) ?? null, setItem: (key, text) => void notes.set(key, text) },
      isVisible: () => isVisible,
      onError: (error) => {
        throw error;
      },
    });
  const tell = (event: object): void => [...listeners].forEach((listener) => listener(event as HostEvent));
  const own = { type: 'object', origin: 'local' };
  open();
  tell({ type: 'object', origin: 'feed' });
  tell({ ...own, traced: true });
  isVisible = false;
  tell(own);
  expect(asked).toBe(0);
  isVisible = true;
  tell(own);
  tell(own);
  expect(asked).toBe(1);
  open();
  tell(own);
  expect(asked, 'at the next visit').toBe(1);
});

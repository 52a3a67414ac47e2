import type { AppPlatform } from '@testudo/fabric';

/**
 * Keeps a preference on the device. Storage that is full or forbidden is no reason to stop: whether it was kept is
 * returned, and the preference then lasts as long as the page.
 */
export function keep(storage: AppPlatform['storage'], key: string, value: string): boolean {
  try {
    storage.set(key, value);
    return true;
  } catch {
    return false;
  }
}

/** A preference that was kept; '' where nothing is, or nothing can be read. */
export function recall(storage: AppPlatform['storage'], key: string): string {
  try {
    return storage.get(key) ?? '';
  } catch {
    return '';
  }
}

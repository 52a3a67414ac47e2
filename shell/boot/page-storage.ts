/** What the page uses of its storage; its keys are its own enumerable ones. */
export type PageStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

class PageMemory implements PageStorage {
  [key: string]: unknown;

  getItem(key: string): string | null {
    const text = this[key];
    return typeof text === 'string' ? text : null;
  }

  setItem(key: string, text: string): void {
    this[key] = text;
  }

  removeItem(key: string): void {
    delete this[key];
  }
}

/**
 * The page's storage; where the browser refuses it, one that lasts as long as the page. The host, which is refused its
 * own then, tells the user.
 */
export function openPageStorage(page: { readonly localStorage: Storage | null }): PageStorage {
  try {
    return page.localStorage ?? new PageMemory();
  } catch {
    return new PageMemory();
  }
}

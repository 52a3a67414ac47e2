import type { BrowserContext, Page } from '@playwright/test';

/** A page that can be lost and opened again, in the same browser profile. */
export interface LosablePage {
  current(): Page;
  /** Closes it, as a user does. */
  close(): Promise<void>;
  /** Has its process crash, with every worker in it. */
  crash(): Promise<void>;
  /** Opens it again, once it is lost. */
  reopen(): Promise<void>;
}

/** Opens a page in a profile of its own. @param open leads it to where it is wanted */
export async function losablePage(context: BrowserContext, open: (page: Page) => Promise<void>): Promise<LosablePage> {
  let page = await context.newPage();
  await open(page);
  return {
    current: () => page,
    close: () => page.close(),
    async crash() {
      const session = await context.newCDPSession(page);
      const crashed = page.waitForEvent('crash');
      // A target that crashes answers nothing any more: that it is gone is the answer.
      session.send('Page.crash').catch(() => undefined);
      await crashed;
      await page.close();
    },
    async reopen() {
      page = await context.newPage();
      await open(page);
    },
  };
}

import type { Page } from '@playwright/test';

/** Has the page's browser be the authority of its own objects, until the route is taken away. Needs no service worker in between. */
export async function beAlone(page: Page): Promise<void> {
  await page.route('**/config.json', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), authority: 'browser' } });
  });
}

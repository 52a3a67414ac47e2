import type { Page } from '@playwright/test';

/** An answer of a partner that is kept from the page which asked. */
export interface HeldAnswer {
  /** resolves once the partner has answered */
  readonly given: Promise<void>;
  /** Lets the page have it. */
  release(): void;
}

/** Holds the answers to a page, and to its workers, from an address. */
export async function holdAnswer(page: Page, address: string): Promise<HeldAnswer> {
  let give = (): void => undefined;
  let release = (): void => undefined;
  const given = new Promise<void>((resolve) => (give = resolve));
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route(address, async (route) => {
    const response = await route.fetch();
    give();
    await released;
    await route.fulfill({ response });
  });
  return { given, release };
}

import type { Page } from '@playwright/test';

import { inChromium, withPage } from './bench-page.ts';
import type { IndexeddbPage } from './browser/indexeddb-page.ts';
import { measure } from './measure.ts';
import type { Group, Round, Row } from './measure.ts';

function roundOf(page: Page, who: keyof IndexeddbPage, clients: number): Round {
  return () =>
    page.evaluate(
      async ([name, width]) => {
        const bench = await (globalThis as unknown as { benchPage: Promise<IndexeddbPage> }).benchPage;
        return bench[name](width);
      },
      [who, clients] as const,
    );
}

function contest(page: Page, name: string, clients: number): Promise<readonly Row[]> {
  return measure({
    name: `IndexedDB commits, ${name}`,
    unit: 'commits/s',
    ours: roundOf(page, 'ours', clients),
    peers: [{ name: 'bare idb, strict, a transaction each', round: roundOf(page, 'bare', clients), limit: null }],
  });
}

/** Durable commits of the browser's datasource, in Chromium. DESIGN sets no budget for them. */
export const indexeddbCommits: Group = {
  name: 'IndexedDB commits',
  run: () =>
    withPage('browser/indexeddb-page.ts', (url) =>
      inChromium(async (open) => {
        const page = await open(url);
        return [...(await contest(page, 'one client', 1)), ...(await contest(page, '64 clients', 64))];
      }),
    ),
};

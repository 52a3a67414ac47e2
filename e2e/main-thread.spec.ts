import { expect, test } from '@playwright/test';
import type { CDPSession } from '@playwright/test';

import type { Catalog } from '@testudo/fabric';

import { launch } from './launch.ts';
import type { Running } from './launch.ts';

let demo: Running;
test.beforeAll(async () => {
  demo = await launch();
});
test.afterAll(() => demo.stop());

/** The scripts that one thread has parsed since it was asked. */
async function parsedScripts(thread: CDPSession): Promise<readonly string[]> {
  const sources: Promise<string>[] = [];
  thread.on('Debugger.scriptParsed', ({ scriptId }) =>
    sources.push(thread.send('Debugger.getScriptSource', { scriptId }).then(({ scriptSource }) => scriptSource)),
  );
  await thread.send('Debugger.enable');
  return Promise.all(sources);
}

/** The federation name of a build's container, which its entry declares. */
async function globalOf(url: string): Promise<string> {
  const sidecar = (await (await fetch(url)).json()) as { readonly global: string };
  return sidecar.global;
}

test('no model, adapter or service is ever run by the page: its thread parses screens and libraries only', async ({
  page,
}) => {
  await page.goto(`${demo.url}/store`);
  await page.locator('[data-testid^="add-"]').first().click();
  await page.getByTestId('order-note-new').fill('not here');
  await page.getByTestId('place-order').click();
  const row = page.locator('[data-testid="order-row"]', { hasText: 'not here' });
  await expect(row).toBeVisible();
  const scripts = (await parsedScripts(await page.context().newCDPSession(page))).join('\n');
  const { remotes } = (await (await fetch(`${demo.url}/api/catalog`)).json()) as Catalog;
  const onPage = await Promise.all(remotes.map(async ({ kind, url }) => ({ kind, name: await globalOf(url) })));
  const kinds = (isThere: boolean): readonly string[] =>
    onPage.filter(({ name }) => scripts.includes(name) === isThere).map(({ kind }) => kind);
  expect(new Set(kinds(true))).toEqual(new Set(['ui', 'library']));
  expect(kinds(false)).toEqual(expect.arrayContaining(['model', 'adapter']));
});

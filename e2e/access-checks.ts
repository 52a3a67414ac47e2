import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import { expect } from '@playwright/test';
import type { CDPSession, Page } from '@playwright/test';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const widths = [390, 1280] as const;
const themes = ['light', 'dark'] as const;
const grave = `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations
  .filter(({ impact }) => impact === 'serious' || impact === 'critical')
  .map(({ id, nodes }) => id + ': ' + nodes.slice(0, 4).map(({ target, failureSummary }) =>
    target.join(' ') + ' ' + failureSummary.split('\\n').slice(1, 2).join('')).join(' | ')))`;

/** Runs a script through the debugger, which no content security policy forbids. */
async function run(session: CDPSession, expression: string): Promise<unknown> {
  const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
    expression,
    awaitPromise: true,
    returnByValue: true,
  });
  if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  return result.value;
}

/** Expects axe to find nothing serious or critical: light and dark, narrow and wide. */
export async function expectNothingGrave(page: Page, where: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await run(session, `${axeSource};undefined`);
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const width of widths) {
      await page.setViewportSize({ width, height: 844 });
      await page.waitForFunction((wanted) => innerWidth === wanted, width, { polling: 50 });
      await page.evaluate(settle);
      expect.soft(await run(session, grave), `${where}, ${colorScheme}, ${width} px`).toEqual([]);
    }
  }
  await session.detach();
}

/** Resolves when what was changed has been painted. Runs in the page. */
export function nextPaint(): Promise<unknown> {
  return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
}

/** Has the page look as it will in the end, without waiting for a frame: what moves is put to its end, which may start more. */
function settle(): void {
  const moving = (): Animation[] => document.getAnimations().filter(({ playState }) => playState !== 'finished');
  for (let found = moving(); found.length > 0; found = moving()) found.forEach((each) => each.finish());
}

/** By how many pixels the page is wider than what its window leaves it beside the scrollbar. Runs in the page. */
export const overflow = (): number =>
  Math.round(document.documentElement.scrollWidth - document.documentElement.getBoundingClientRect().width);

/** Buttons and fields whose border cannot be seen. Runs in the page. */
export function borderless(): string[] {
  const controls = [...document.querySelectorAll<HTMLElement>('.t-button, .t-input, select')];
  return controls
    .filter((control) => control.offsetParent !== null)
    .filter((control) => {
      const { borderTopStyle, borderTopColor, borderTopWidth } = getComputedStyle(control);
      return borderTopStyle === 'none' || borderTopWidth === '0px' || /rgba\(.*, 0\)/.test(borderTopColor);
    })
    .map((control) => control.outerHTML.slice(0, 120));
}

import type { Page } from '@playwright/test';

import { launch } from '../e2e/launch.ts';
import { inChromium, withPage } from './bench-page.ts';
import { quantile, summarise } from './measure.ts';
import type { Group, Row } from './measure.ts';

const LIMIT = 1.5;
const TURNS = 10;
const PAIRS = 5;
const places = [
  { path: '/help', heading: 'Help' },
  { path: '/store', heading: 'The shop' },
];

/** From a click on a link until the other application's heading is there, in ms; then lets the page come to rest. */
async function timedClick(place: { readonly path: string; readonly heading: string }): Promise<number> {
  const isThere = (): boolean => {
    const headings = [...document.querySelectorAll('main h1')];
    return headings.length === 1 && headings[0]?.textContent === place.heading;
  };
  const link = document.querySelector<HTMLAnchorElement>(`a[href$="${place.path}"], a[href$="${place.path}/"]`);
  if (link === null) throw new Error(`no link to ${place.path}`);
  const startMs = performance.now();
  await new Promise<void>((resolve) => {
    const observer = new MutationObserver(() => {
      if (!isThere()) return;
      observer.disconnect();
      resolve();
    });
    observer.observe(document, { childList: true, subtree: true, characterData: true });
    link.click();
  });
  const tookMs = performance.now() - startMs;
  await new Promise((resolve) => setTimeout(resolve, 60));
  return tookMs;
}

async function switches(page: Page): Promise<readonly number[]> {
  await page.bringToFront();
  const times: number[] = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    for (const place of places) times.push(await page.evaluate(timedClick, place));
  }
  return times;
}

/** Times of one page, turn by turn. */
type Turns = readonly (readonly number[])[];

function rowOf(name: string, share: number, [ours, bare]: readonly [Turns, Turns]): Row {
  const at = (times: readonly number[]): number =>
    quantile(
      [...times].sort((a, b) => a - b),
      share,
    );
  const value = at(ours.flat());
  const bareValue = at(bare.flat());
  const ratio = value / bareValue;
  const limit = share === 0.95 ? LIMIT : null;
  const ok = limit === null || ratio <= limit;
  const row = { name: `app switch, ${name}`, value, unit: 'ms', limit, ratio, ok };
  return {
    ...row,
    peer: `the same under bare single-spa (${bareValue.toFixed(1)} ms)`,
    spread: summarise(ours.map(at)).spread,
  };
}

/** Pages take turns; the first turn warms both applications of both pages. */
async function compare(shell: Page, bare: Page): Promise<readonly Row[]> {
  const times: [(readonly number[])[], (readonly number[])[]] = [[], []];
  for (let turn = -1; turn < TURNS; turn++) {
    for (const [index, page] of [shell, bare].entries()) {
      const took = await switches(page);
      if (turn >= 0) times[index]?.push(took);
    }
  }
  return [rowOf('median', 0.5, times), rowOf('p95', 0.95, times)];
}

async function opened(open: (url: string) => Promise<Page>, url: string): Promise<Page> {
  const page = await open(`${url.replace(/\/$/, '')}/store`);
  await page.getByRole('heading', { name: 'The shop' }).waitFor();
  return page;
}

async function run(): Promise<readonly Row[]> {
  const demo = await launch({ env: { TESTUDO_DEVICE: 'off' } });
  try {
    return await withPage('browser/single-spa-page.ts', (url) =>
      inChromium(async (open) => compare(await opened(open, demo.url), await opened(open, url))),
    );
  } finally {
    await demo.stop();
  }
}

/** Between two warm applications of the demo, in the real shell and in a page of bare single-spa. */
export const appSwitch: Group = { name: 'app switch', run };

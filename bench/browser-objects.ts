import type { Page } from '@playwright/test';

import { inChromium, withPages } from './bench-page.ts';
import type { ObjectsPage, Question } from './browser/objects/contestant.ts';
import { summarise } from './measure.ts';
import type { Group, Row, Series } from './measure.ts';
import { haveInstalled } from './peers.ts';

const ROUNDS = 3;
const AHEAD = 1;

interface Entrant {
  readonly name: string;
  /** of its page */
  readonly path: string;
  readonly query?: string;
  readonly limit: number | null;
  /** does not wait for the disk: no match for ours where that is what takes the time */
  readonly isRelaxed?: true;
  /** rounds after the one that warms up */
  readonly rounds: number;
}

const OURS: Entrant = { name: 'Testudo', path: 'ours', limit: null, rounds: ROUNDS };
const floors: readonly Entrant[] = [
  { name: 'floor: bare idb, strict', path: 'idb', query: 'strict', limit: null, rounds: ROUNDS },
  { name: 'floor: bare idb, relaxed', path: 'idb', limit: null, rounds: ROUNDS },
];
const sources: { readonly [path: string]: string } = {
  ours: 'browser/objects/ours.ts',
  idb: 'browser/objects/bare-idb.ts',
};
const steps = {
  pull: 'pulled cold, 10,000',
  edit: '500 edits offline, one by one',
  flush: '500 edits flushed',
  screen: 'reload to the first 50',
  shelf: 'reload to 250 by a field',
} as const;

type Step = keyof typeof steps;
type Times = { [step in Step]: number[] };

/** The libraries that are installed, with what their pages are made of. */
function libraries(): { readonly entrants: readonly Entrant[]; readonly pages: { readonly [path: string]: string } } {
  const entrants: Entrant[] = [];
  const pages: { [path: string]: string } = {};
  if (haveInstalled('rxdb', 'rxjs')) {
    pages['rxdb'] = 'browser/objects/rxdb.ts';
    const rxdb = { path: 'rxdb', limit: AHEAD, rounds: 2 };
    entrants.push(
      { name: 'RxDB, Dexie', ...rxdb, isRelaxed: true },
      { name: 'RxDB, Dexie, strict', ...rxdb, query: 'strict' },
    );
  }
  if (haveInstalled('pouchdb-browser')) {
    pages['pouchdb'] = 'browser/objects/pouchdb.ts';
    entrants.push({ name: 'PouchDB, idb', path: 'pouchdb', limit: AHEAD, rounds: 2, isRelaxed: true });
  }
  return { entrants, pages };
}

async function stepOf(page: Page, name: 'pull' | 'settle' | 'edit' | 'flush'): Promise<number> {
  return page.evaluate((step) => (globalThis as unknown as { benchPage: ObjectsPage }).benchPage.step(step), name);
}

async function answered(page: Page, url: string, question: Question): Promise<number> {
  await page.goto(`${url}&ask=${question}`);
  const ms = await page.evaluate(() => (globalThis as unknown as { benchPage: ObjectsPage }).benchPage.answered);
  if (ms === null) throw new Error(`${url} answered nothing`);
  return ms;
}

/** The whole story of one entrant with a database of its own. */
async function storyOf(page: Page, url: string): Promise<{ readonly [step in Step]: number }> {
  await page.goto(url);
  const pull = await stepOf(page, 'pull');
  await stepOf(page, 'settle');
  const edit = await stepOf(page, 'edit');
  const flush = await stepOf(page, 'flush');
  const screen = await answered(page, url, 'screen');
  return { pull, edit, flush, screen, shelf: await answered(page, url, 'shelf') };
}

async function race(
  all: readonly Entrant[],
  address: string,
  open: (url: string) => Promise<Page>,
): Promise<readonly Times[]> {
  const times = all.map((): Times => ({ pull: [], edit: [], flush: [], screen: [], shelf: [] }));
  for (let turn = -1; turn < ROUNDS; turn++) {
    for (const [index, { path, query = '', rounds }] of all.entries()) {
      if (turn >= rounds) continue;
      const page = await open('about:blank');
      const took = await storyOf(page, `${address}${path}?db=db-${index}-${turn + 1}&${query}`);
      await page.close();
      if (turn >= 0) for (const step of Object.keys(steps) as Step[]) times[index]?.[step].push(took[step]);
    }
  }
  return times;
}

function rowsOf(all: readonly Entrant[], times: readonly Times[]): readonly Row[] {
  return (Object.keys(steps) as Step[]).flatMap((step) => {
    const [ours, ...theirs] = times.map((each): Series => summarise(each[step]));
    if (ours === undefined) return [];
    return all.slice(1).map(({ name, limit: ahead, isRelaxed }, index): Row => {
      const ratio = ours.median / (theirs[index]?.median ?? Number.NaN);
      const limit = step === 'edit' && isRelaxed ? null : ahead;
      const ok = limit === null || ratio <= limit;
      const row = { name: `browser objects, ${steps[step]}`, value: ours.median, unit: 'ms', spread: ours.spread };
      return { ...row, limit, peer: name, ratio, ok };
    });
  });
}

/** Ten thousand objects of eight fields in IndexedDB: fetched, edited, sent and found again after a reload. */
export const browserObjects: Group = {
  name: 'browser objects',
  remark: `Browser objects: one Chromium with a profile on disk, a fresh database each round, pages of 500 objects from a source in the page, as text; all of it in the page's thread, by the real replica and datasource. Ours and "strict" wait until the disk has each commit; RxDB and PouchDB do not unless they are told to, and PouchDB cannot be: one edit after another is mostly that wait, so only like is held against like there. RxDB (community edition) has the same index by field as ours and as the floor; PouchDB has none and reads all. A reload is timed from the navigation's beginning; ours has then read all 10,000 objects into memory, where the others read what was asked for.`,
  run() {
    const { entrants, pages } = libraries();
    const all = [OURS, ...floors, ...entrants];
    return withPages({ ...sources, ...pages }, (url) =>
      inChromium(async (open) => rowsOf(all, await race(all, url, open))),
    );
  },
};

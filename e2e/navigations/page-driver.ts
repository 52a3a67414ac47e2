import type { Page } from '@playwright/test';

import { Model } from './model.ts';
import type { Route } from './model.ts';
import type { Expected, Probe, ProbeWindow } from './page-probe.ts';
import type { Failing, Go, Held, Left, Step, Traverse } from './steps.ts';

type Burst = Extract<Step, { readonly type: 'burst' }>;
type Interrupt = Extract<Step, { readonly type: 'interrupt' }>;

const leftTo: Partial<Record<Left, string>> = {
  foreign: 'http://example.org/',
  reserved: '/api/models/orders',
  mail: 'mailto:ada@example.org',
  broken: 'http://[',
};

/** Takes the steps of one visit, and compares the page with the model after each. */
export class PageDriver {
  readonly #page: Page;
  readonly #origin: string;
  readonly #model: Model;
  readonly #errors: string[] = [];
  /** entries of the history, by key */
  readonly #addresses = new Map<string, string>();
  /** navigations that were begun */
  navigations = 0;

  private constructor(page: Page, origin: string, routes: readonly Route[]) {
    this.#page = page;
    this.#origin = origin;
    this.#model = new Model(routes, `${origin}/north`);
    page.on('pageerror', (error) => this.#errors.push(error.message));
  }

  /** Opens the first page, whose probe is installed already. */
  static async open(page: Page, origin: string, routes: readonly Route[]): Promise<PageDriver> {
    const driver = new PageDriver(page, origin, routes);
    await page.goto(driver.#model.url);
    await driver.#demand(driver.#model.loaded(driver.#model.url));
    return driver;
  }

  /** @throws Error saying what is not as the model says */
  async take(step: Step): Promise<void> {
    await this.#act(step);
    if (this.#errors.length > 0) throw new Error(`uncaught in the page: ${this.#errors.join(' | ')}`);
  }

  #act(step: Step): Promise<void> {
    switch (step.type) {
      case 'go':
        return this.#go(step);
      case 'traverse':
        return this.#traverse(step);
      case 'burst':
        return this.#burst(step);
      case 'load':
        return this.#load(step.to);
      case 'reload':
        return this.#fresh(() => this.#page.reload());
      case 'interrupt':
        return this.#interrupt(step);
      case 'hold':
        return this.#hold(step.app, step.at, step.meanwhile);
      case 'fail':
        return this.#fail(step.app, step.at, step.after);
      case 'left':
        return this.#leave(step.click, step.to);
      case 'fragment':
        return this.#fragment(step.to);
      case 'away':
        return this.#away(step.to);
    }
  }

  async #go(move: Go): Promise<void> {
    this.navigations += 1;
    const link = this.#page.locator(`#menu a[href="${move.to}"]`);
    if (move.way === 'mouse') await link.click();
    else if (move.way === 'double') await link.dblclick();
    else await this.#move([move], 'none');
    const expected = this.#model.moved(this.#href(move.to));
    // The second click of two may come after the arrival, and takes the focus back to the link.
    const focus = move.way === 'double' && expected.focus ? [...expected.focus, 'menu' as const] : expected.focus;
    await this.#demand({ ...expected, focus });
  }

  async #traverse({ by }: Traverse): Promise<void> {
    const { entries, index } = await this.#remember();
    const target = entries[index + by];
    const url = this.#addresses.get(target?.key ?? '');
    if (!target || url === undefined) return;
    this.navigations += 1;
    if (target.sameDocument) {
      await this.#move([{ type: 'traverse', by }], 'none');
      await this.#demand(this.#model.moved(url));
      return;
    }
    await this.#fresh(async () => {
      const loaded = this.#page.waitForEvent('domcontentloaded');
      await this.#page.evaluate((delta) => history.go(delta), by);
      await loaded;
    }, url);
  }

  async #burst({ moves, pause }: Burst): Promise<void> {
    const { url, made } = await this.#move(moves, pause);
    this.navigations += made;
    await this.#demand(this.#model.hurried(url, moves.length));
  }

  async #load(to: string): Promise<void> {
    const url = this.#href(to);
    this.navigations += 1;
    if (this.#page.url().split('#')[0] === url.split('#')[0] && url.includes('#')) {
      await this.#page.goto(url);
      await this.#demand(this.#model.moved(url));
      return;
    }
    await this.#fresh(() => this.#page.goto(url, { waitUntil: 'domcontentloaded' }), url);
  }

  /** A load is cut off by another one, or by a move in a page that has only just begun. */
  async #interrupt({ first, next, inPage }: Interrupt): Promise<void> {
    this.navigations += 2;
    await this.#remember();
    const [cut = '', url = ''] = [first, next].map((to) => this.#href(to).split('#')[0]);
    if (inPage) {
      await this.#page.goto(cut, { waitUntil: 'commit' });
      await this.#page.evaluate((href) => history.pushState(null, '', href), url);
    } else {
      const loaded = this.#page.waitForEvent('domcontentloaded');
      await this.#page.evaluate((all) => all.forEach((href) => location.assign(href)), [cut, url]);
      await loaded;
    }
    await this.#demand({ ...this.#model.loaded(url), said: null });
    await this.#probe((probe) => probe.forget());
  }

  async #hold(app: string, at: Held, meanwhile: readonly Go[]): Promise<void> {
    if (at === 'first') return this.#holdFirst(app, meanwhile);
    const home: Go = { type: 'go', way: 'link', to: `/${app}` };
    if (at === 'unmount') await this.#go(home);
    else if (this.#model.place().name === app) await this.#go({ ...home, to: '/help' });
    await this.#page.evaluate((held) => void window.probe.held.add(held), `${app} ${at}`);
    const first = at === 'unmount' ? '/help' : home.to;
    await this.#move([{ ...home, to: first }], 'frame');
    const isWaiting = (await this.#probe((probe) => probe.waiting())).length > 0;
    if (at === 'mount' || (isWaiting && at === 'bootstrap')) await this.#demand(this.#model.waiting(this.#href(first)));
    await this.#move(meanwhile, 'task');
    await this.#probe((probe) => probe.release());
    this.navigations += 1 + meanwhile.length;
    const url = this.#href(meanwhile.at(-1)?.to ?? first);
    await this.#demand(this.#model.hurried(url, 1 + meanwhile.length));
  }

  /** Who leaves before the first application is there arrives like anybody else. */
  async #holdFirst(app: string, meanwhile: readonly Go[]): Promise<void> {
    const url = this.#href(`/${app}`);
    await this.#remember();
    await this.#page.evaluate((step) => sessionStorage.setItem('held', step), `${app} mount`);
    await this.#page.goto(url, { waitUntil: 'domcontentloaded' });
    await this.#demand({ ...this.#model.loaded(url), state: 'busy' });
    await this.#page.evaluate(() => sessionStorage.removeItem('held'));
    await this.#go({ type: 'go', way: 'link', to: '/help' });
    await this.#probe((probe) => probe.release());
    for (const move of meanwhile) await this.#go(move);
  }

  async #fail(app: string, at: Failing, after: 'retry' | 'leave' | 'reload'): Promise<void> {
    const home: Go = { type: 'go', way: 'link-outside', to: `/${app}` };
    const failing = `${app} ${at}`;
    if (at === 'late') {
      await this.#go(home);
      await this.#probe((probe) => probe.fail?.(new Error('late')));
    } else {
      if (at === 'bootstrap') await this.#fresh(() => this.#page.goto(this.#href('/help')), this.#href('/help'));
      else if (this.#model.place().name === app) await this.#go({ ...home, to: '/help' });
      await this.#page.evaluate((step) => void window.probe.failing.add(step), failing);
      await this.#move([home], 'none');
    }
    this.navigations += 2;
    await this.#demand(this.#model.failed(this.#href(home.to)));
    await this.#page.evaluate((step) => void window.probe.failing.delete(step), failing);
    if (after === 'leave') await this.#go({ ...home, to: '/help' });
    else if (after === 'reload') await this.#fresh(() => this.#page.reload());
    else await this.#retry(`${app} mount`);
  }

  async #retry(step: string): Promise<void> {
    await this.#page.evaluate((held) => void window.probe.held.add(held), step);
    await this.#page.getByRole('button', { name: 'Retry' }).press('Enter');
    await this.#demand(this.#model.waiting(this.#model.url));
    await this.#probe((probe) => probe.release());
    await this.#demand(this.#model.recovered());
  }

  async #leave(click: Left, to: string): Promise<void> {
    const href = leftTo[click] ?? this.#href(to);
    const taken = await this.#page.evaluate(([kind, target]) => window.probe.leave(kind, target), [
      click,
      href,
    ] as const);
    if (taken !== '') throw new Error(taken);
    await this.#demand(this.#model.moved(this.#model.url));
  }

  async #fragment(to: string): Promise<void> {
    this.navigations += 1;
    const url = `${this.#model.url.split('#')[0] ?? ''}${to}`;
    await this.#page.evaluate((hash) => {
      const anchor = document.createElement('a');
      anchor.href = hash;
      document.querySelector('#outside')?.append(anchor);
      anchor.click();
      anchor.remove();
    }, to);
    await this.#demand(this.#model.moved(url));
  }

  /** The page may be kept alive for the way back, or be loaded anew. */
  async #away(to: string): Promise<void> {
    this.navigations += 2;
    await this.#page.goto(this.#href(to));
    await this.#fresh(() => this.#page.goBack({ waitUntil: 'domcontentloaded' }));
  }

  async #fresh(load: () => Promise<unknown>, url = this.#model.url): Promise<void> {
    this.navigations += 1;
    await this.#remember();
    await load();
    await this.#demand(this.#model.loaded(url));
  }

  /** Keeps the addresses of this document's entries, which no other document is told. */
  async #remember(): Promise<ReturnType<Probe['history']>> {
    const found = await this.#probe((probe) => probe.history());
    for (const { key, url } of found.entries) if (url !== null) this.#addresses.set(key, url);
    return found;
  }

  #href(to: string): string {
    return new URL(this.#origin + to).href;
  }

  #move(moves: readonly (Go | Traverse)[], pause: Burst['pause']): ReturnType<Probe['move']> {
    return this.#page.evaluate(([all, between]) => window.probe.move(all, between), [moves, pause] as const);
  }

  #probe<T>(use: (probe: Probe) => T): Promise<T> {
    return this.#page.evaluate(`(${use.toString()})(window.probe)`);
  }

  async #demand(expected: Expected): Promise<void> {
    const fault = await this.#page.evaluate((what) => window.probe.expect(what), expected);
    if (fault !== '') throw new Error(fault);
  }
}

declare global {
  // oxlint-disable-next-line typescript/consistent-type-definitions -- a member is added to the DOM's own interface
  interface Window {
    readonly probe: ProbeWindow['probe'];
  }
}

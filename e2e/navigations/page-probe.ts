import type { Go, Left, Traverse } from './steps.ts';

/** Where the focus is: on the page as a whole, on the shell's parts, or on anything else. */
export type Focus = 'body' | 'main' | 'heading' | 'menu' | 'other';

/** What a user finds, as the model says. A member that is `null` may be anything. */
export interface Expected {
  readonly url: string;
  readonly place: string;
  readonly state: 'shown' | 'busy' | 'failed';
  readonly title: string;
  /** segments of the menu that are marked */
  readonly marked: readonly string[];
  readonly focus: readonly Focus[] | null;
  readonly said: readonly string[] | { readonly last: string | null; readonly atMost: number } | null;
}

/** One entry of the page's history. */
export interface HistoryEntry {
  readonly key: string;
  /** `null` for an entry of another document: its address is not told to this one */
  readonly url: string | null;
  readonly sameDocument: boolean;
}

/** The test's hand inside the page. */
export interface Probe {
  readonly id: string;
  pass(step: string): Promise<void>;
  navigate: ((path: string) => void) | null;
  fail: ((error: unknown) => void) | null;
  readonly held: Set<string>;
  readonly failing: Set<string>;
  /** steps that wait for `release` */
  waiting(): readonly string[];
  release(): void;
  /** what has been said so far does not count */
  forget(): void;
  history(): { readonly entries: readonly HistoryEntry[]; readonly index: number };
  /**
   * Makes moves; resolves when none of them is on its way any more.
   * @returns the address, and how many were made: one to where the history does not go, or to another document, is not
   */
  move(
    moves: readonly (Go | Traverse)[],
    pause: 'none' | 'microtask' | 'task' | 'frame',
  ): Promise<{ readonly url: string; readonly made: number }>;
  /** Clicks a link of which the shell must keep its hands off. @returns what it did all the same, or '' */
  leave(click: Left, href: string): string;
  /** Waits until the page is as expected, for two frames. @returns what is otherwise after all, or '' */
  expect(expected: Expected): Promise<string>;
}

/** Types of what the probe uses and the DOM's own types do not have. */
export interface ProbeWindow {
  probe: Probe;
  readonly navigation: {
    readonly currentEntry: { readonly index: number };
    entries(): HistoryEntry[];
    traverseTo(key: string): { readonly committed: Promise<unknown>; readonly finished: Promise<unknown> };
  };
}

export interface ProbeOptions {
  /** announcements that count */
  readonly titles: readonly string[];
  /** whether the page finds an engine with service workers */
  readonly serviceWorker: boolean;
  /** how long the page may take until it is as expected */
  readonly patienceMs: number;
}

/** Installs `window.probe`. Runs in the page, before its scripts; all it needs must be inside. */
export function installProbe({ titles, serviceWorker, patienceMs }: ProbeOptions): void {
  if (!serviceWorker) Reflect.deleteProperty(Navigator.prototype, 'serviceWorker');
  const page = window as unknown as ProbeWindow & { readonly navigation: ProbeWindow['navigation'] };
  const said: string[] = [];
  if (location.origin === 'null') return; // the empty page before the first
  const held = new Set([sessionStorage.getItem('held') ?? '']);
  let waiting: { readonly step: string; readonly go: () => void }[] = [];
  let underway = 0;
  window.addEventListener('single-spa:before-routing-event', () => (underway += 1));
  window.addEventListener('single-spa:routing-event', () => (underway -= 1));
  document.addEventListener('DOMContentLoaded', () => {
    const live = document.querySelector('#live');
    const outside = document.createElement('div');
    outside.id = 'outside';
    document.body.append(outside);
    if (!live) return;
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes)
        for (const { textContent } of addedNodes) if (titles.includes(textContent ?? '')) said.push(textContent ?? '');
    }).observe(live, { childList: true });
  });

  const frame = () => new Promise<void>((resolve) => requestAnimationFrame(() => resolve()));
  const pauses = {
    none: () => undefined,
    microtask: () => Promise.resolve(),
    task: () =>
      new Promise<void>((resolve) => {
        const { port1, port2 } = new MessageChannel();
        port1.addEventListener('message', () => resolve());
        port1.start();
        port2.postMessage(null);
      }),
    frame,
  };

  function link(href: string, isInside: boolean): HTMLAnchorElement {
    const anchor = document.createElement('a');
    anchor.href = href;
    anchor.textContent = 'a link';
    const inside = document.querySelector('#main > * > *') ?? document.querySelector('#main > *');
    const place = (isInside ? inside : null) ?? document.querySelector('#outside') ?? document.body;
    place.append(anchor);
    anchor.focus({ preventScroll: true });
    return anchor;
  }

  function go({ way, to }: Go): void {
    const href = location.origin + to;
    if (way === 'push') history.pushState({ from: 'an application' }, '', href);
    else if (way === 'replace') history.replaceState(null, '', href);
    else if (way === 'navigate' && probe.navigate) probe.navigate(href);
    else link(href, way === 'link').click();
  }

  function traverse({ by }: Traverse): Promise<unknown> | null {
    const entries = page.navigation.entries();
    const target = entries[page.navigation.currentEntry.index + by];
    if (!target?.sameDocument) return null;
    const { committed, finished } = page.navigation.traverseTo(target.key);
    return Promise.allSettled([committed, finished]);
  }

  function focus(): Focus {
    const active = document.activeElement;
    if (active === null || active === document.body) return 'body';
    if (active.id === 'main') return 'main';
    if (active.matches('#main h1')) return 'heading';
    return active.closest('#menu') ? 'menu' : 'other';
  }

  function stateOf(main: Element | null): Expected['state'] {
    if (main?.querySelector('[data-testid="error-card"]')) return 'failed';
    return main?.querySelector('[aria-busy]') ? 'busy' : 'shown';
  }

  function isSaid(expected: Expected['said']): boolean {
    if (expected === null) return true;
    if ('atMost' in expected) {
      const isRight = expected.last === null ? true : said.length > 0 && said[said.length - 1] === expected.last;
      return isRight && said.length <= expected.atMost;
    }
    return said.join() === expected.join();
  }

  /** Everything that is not as expected, in words. */
  function faults(expected: Expected): string {
    const main = document.querySelector('#main');
    const children = [...(main?.children ?? [])] as HTMLElement[];
    const places = children.filter((child) => getComputedStyle(child).display !== 'none');
    const found = {
      url: location.href,
      place: places.map(({ dataset, tagName }) => dataset['application'] ?? dataset['testid'] ?? tagName).join(),
      state: stateOf(main),
      title: document.title,
      marked: [...document.querySelectorAll<HTMLElement>('#menu [aria-current]')].map(
        ({ dataset }) => dataset['segment'] ?? '',
      ),
    };
    const wrong = (Object.keys(found) as (keyof typeof found)[]).filter(
      (key) => String(found[key]) !== String(expected[key]),
    );
    const words = wrong.map((key) => `${key} is "${String(found[key])}", not "${String(expected[key])}"`);
    if (expected.focus && !expected.focus.includes(focus()))
      words.push(`focus is on ${focus()}, not ${expected.focus.join('/')}`);
    if (!isSaid(expected.said)) words.push(`said "${said.join()}", not ${JSON.stringify(expected.said)}`);
    if (waiting.length === 0 && underway !== 0) words.push(`${underway} changes of route are under way`);
    return words.join('; ');
  }

  const probe: Probe = {
    id: `${performance.timeOrigin}`,
    navigate: null,
    fail: null,
    held,
    failing: new Set(),
    async pass(step) {
      if (probe.failing.has(step)) throw new Error(`${step} fails on purpose`);
      if (held.has(step)) await new Promise<void>((resolve) => waiting.push({ step, go: resolve }));
    },
    waiting: () => waiting.map(({ step }) => step),
    release() {
      held.clear();
      const all = waiting;
      waiting = [];
      for (const each of all) each.go();
    },
    forget: () => void said.splice(0),
    history: () => ({
      entries: page.navigation.entries().map(({ key, url, sameDocument }) => ({ key, url, sameDocument })),
      index: page.navigation.currentEntry.index,
    }),
    async move(moves, pause) {
      const traversals: Promise<unknown>[] = [];
      let made = 0;
      for (const move of moves) {
        const traversal = move.type === 'go' ? go(move) : traverse(move);
        if (traversal !== null) made += 1;
        if (traversal instanceof Promise) traversals.push(traversal);
        await pauses[pause]();
      }
      // One that another move has overtaken is rejected.
      await Promise.allSettled(traversals);
      return { url: location.href, made };
    },
    leave(click, href) {
      const anchor = link(href, true);
      if (click === 'target') anchor.target = '_blank';
      if (click === 'download') anchor.download = 'x';
      if (click === 'prevented') anchor.addEventListener('click', (event) => event.preventDefault());
      let isTaken = false;
      const last = (event: Event): void => {
        isTaken = event.defaultPrevented && click !== 'prevented';
        event.preventDefault();
      };
      window.addEventListener('click', last, { once: true });
      const keys = {
        ctrlKey: click === 'ctrl',
        metaKey: click === 'meta',
        shiftKey: click === 'shift',
        altKey: click === 'alt',
      };
      const button = click === 'middle' ? 1 : 0;
      const before = location.href;
      anchor.dispatchEvent(
        new MouseEvent('click', { bubbles: true, cancelable: true, composed: true, button, ...keys }),
      );
      return isTaken || location.href !== before ? `the shell took a click (${click}) on ${href}` : '';
    },
    async expect(expected) {
      const deadlineMs = performance.now() + patienceMs;
      let frames = 0;
      while (frames < 2) {
        await frame();
        const fault = faults(expected);
        frames = fault === '' ? frames + 1 : 0;
        if (fault !== '' && performance.now() > deadlineMs) return fault;
      }
      if (expected.said !== null) said.length = 0;
      return '';
    },
  };
  page.probe = probe;
}

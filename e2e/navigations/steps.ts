import fc from 'fast-check';

import { gated } from './fixture-remotes.ts';

/** How one in-page navigation is made. */
export type Way = 'link' | 'link-outside' | 'push' | 'replace' | 'navigate' | 'mouse' | 'double';

/** To a path by one of the ways. */
export interface Go {
  readonly type: 'go';
  readonly way: Way;
  readonly to: string;
}

/** Back, Forward or farther. */
export interface Traverse {
  readonly type: 'traverse';
  readonly by: number;
}

/** One thing that a user, an application or the network does. Plain data, so that a failing sequence can be kept. */
export type Step =
  | Go
  | Traverse
  /** several at once, without waiting for any; `pause` says what lies between them */
  | {
      readonly type: 'burst';
      readonly pause: 'none' | 'microtask' | 'task' | 'frame';
      readonly moves: readonly (Go | Traverse)[];
    }
  | { readonly type: 'load'; readonly to: string }
  | { readonly type: 'reload' }
  /** a load that another one cuts off */
  | { readonly type: 'interrupt'; readonly first: string; readonly next: string; readonly inPage: boolean }
  /** a lifecycle that does not answer until the user has been elsewhere */
  | { readonly type: 'hold'; readonly app: string; readonly at: Held; readonly meanwhile: readonly Go[] }
  | { readonly type: 'fail'; readonly app: string; readonly at: Failing; readonly after: 'retry' | 'leave' | 'reload' }
  /** a click that is none of the shell's business */
  | { readonly type: 'left'; readonly click: Left; readonly to: string }
  | { readonly type: 'fragment'; readonly to: '#main' | '#nowhere' | '#' }
  /** to a page that is the server's own, and back */
  | { readonly type: 'away'; readonly to: string };

/** `first`: the mount of the first application of a new page. */
export type Held = 'bootstrap' | 'mount' | 'unmount' | 'first';
export type Failing = 'bootstrap' | 'mount' | 'late';
export type Left =
  | 'ctrl'
  | 'meta'
  | 'shift'
  | 'alt'
  | 'middle'
  | 'target'
  | 'download'
  | 'prevented'
  | 'foreign'
  | 'reserved'
  | 'mail'
  | 'broken';

const homes = ['/', '/store', '/help', ...gated.map((name) => `/${name}`)];
const odd = [
  '/store/%zz',
  '/store?x#y',
  '//store',
  '/%73tore',
  '/store/a.b',
  '/north/7?a=1&b=/help',
  '/north/..%2Fsouth',
  '/south/#deep',
  '/south//help',
  '/help/',
  '/north;v=1',
  '/storeroom',
  '/Store',
  '/%zz',
  '/north%2Fx',
  '/constructor',
  '/__proto__',
  '/n%00rth',
  '/nope',
  '/nope#y',
  '/nope/store',
  '/caf%C3%A9',
  '/%E2%80%AEerots',
  '/?remote',
  '/#store',
  `/${'long'.repeat(200)}`,
];
const gatedApp = fc.constantFrom(...gated);
const path = fc.oneof(
  { weight: 8, arbitrary: gatedApp.map((name) => `/${name}`) },
  { weight: 3, arbitrary: fc.constantFrom(...homes) },
  { weight: 5, arbitrary: fc.constantFrom(...odd) },
  { weight: 1, arbitrary: fc.webPath().map((text) => `/north${text}`) },
  { weight: 1, arbitrary: fc.webPath().map((text) => `/x${text}`) },
);
const way = fc.constantFrom<Way>('link', 'link-outside', 'push', 'replace', 'navigate');
const go: fc.Arbitrary<Go> = fc.record({ type: fc.constant('go'), way, to: path });
const click: fc.Arbitrary<Go> = fc.record({
  type: fc.constant('go'),
  way: fc.constantFrom<Way>('mouse', 'double'),
  to: fc.constantFrom(...homes),
});
const traverse: fc.Arbitrary<Traverse> = fc.record({
  type: fc.constant('traverse'),
  by: fc.constantFrom(-1, -1, -1, 1, 1, -2, -3, 2),
});
const pause = fc.constantFrom('none' as const, 'microtask' as const, 'task' as const, 'frame' as const);

/** A step, weighed by what it costs: a load takes as long as thirty navigations in the page. */
export const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 30, arbitrary: go },
  { weight: 15, arbitrary: traverse },
  {
    weight: 35,
    arbitrary: fc.record({
      type: fc.constant('burst' as const),
      pause,
      moves: fc.array(fc.oneof({ weight: 3, arbitrary: go }, { weight: 1, arbitrary: traverse }), {
        minLength: 2,
        maxLength: 7,
      }),
    }),
  },
  { weight: 3, arbitrary: click },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('load' as const), to: path }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('reload' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('interrupt' as const), first: path, next: path, inPage: fc.boolean() }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant('hold' as const),
      app: gatedApp,
      at: fc.constantFrom<Held>('bootstrap', 'mount', 'mount', 'unmount', 'unmount', 'first'),
      meanwhile: fc.array(go, { maxLength: 3 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('fail' as const),
      app: gatedApp,
      at: fc.constantFrom<Failing>('bootstrap', 'mount', 'late'),
      after: fc.constantFrom('retry' as const, 'retry' as const, 'leave' as const, 'leave' as const, 'reload' as const),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('left' as const),
      click: fc.constantFrom<Left>(
        'ctrl',
        'meta',
        'shift',
        'alt',
        'middle',
        'target',
        'download',
        'prevented',
        'foreign',
        'reserved',
        'mail',
        'broken',
      ),
      to: fc.constantFrom(...homes),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('fragment' as const),
      to: fc.constantFrom('#main' as const, '#nowhere' as const, '#' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('away' as const), to: fc.constantFrom('/health', '/config.json') }),
  },
);

/** A whole visit: its steps, and whether the browser may keep a service worker. */
export interface Visit {
  readonly serviceWorker: boolean;
  readonly steps: readonly Step[];
}

export const visit: fc.Arbitrary<Visit> = fc.record({
  serviceWorker: fc.boolean(),
  steps: fc.array(step, { minLength: 1, maxLength: 150, size: 'max' }),
});

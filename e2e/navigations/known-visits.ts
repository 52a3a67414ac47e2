import type { Go, Visit } from './steps.ts';

const link = (to: string): Go => ({ type: 'go', way: 'link', to });

/** Visits that have found a fault, or that no chance would find soon, by what must hold. */
export const knownVisits: { readonly [what: string]: Visit } = {
  'a fragment below an address without application is no new arrival': {
    serviceWorker: false,
    steps: [link('/nope/store'), { type: 'traverse', by: 1 }, { type: 'fragment', to: '#main' }, link('/nope/store?x')],
  },
  'the focus is not lost while the next application is on its way': {
    serviceWorker: false,
    steps: [
      link('/n%00rth'),
      { type: 'hold', app: 'south', at: 'mount', meanwhile: [] },
      { type: 'hold', app: 'north', at: 'bootstrap', meanwhile: [link('/nope')] },
      { type: 'hold', app: 'north', at: 'unmount', meanwhile: [link('/north')] },
    ],
  },
  'who leaves before the first application is there arrives like anybody else': {
    serviceWorker: true,
    steps: [
      { type: 'hold', app: 'north', at: 'first', meanwhile: [link('/north'), link('/nope')] },
      { type: 'hold', app: 'south', at: 'first', meanwhile: [] },
    ],
  },
  'Retry keeps the focus on the page, and the application is loaded anew': {
    serviceWorker: true,
    steps: [
      { type: 'fail', app: 'north', at: 'bootstrap', after: 'retry' },
      { type: 'fail', app: 'south', at: 'mount', after: 'retry' },
      { type: 'fail', app: 'south', at: 'late', after: 'retry' },
      { type: 'fail', app: 'north', at: 'mount', after: 'reload' },
    ],
  },
  'every address loads, whatever the server makes of it': {
    serviceWorker: false,
    steps: [
      '//store',
      '/store/%zz',
      '/%zz',
      '/store/a.b',
      '/n%00rth',
      '/%73tore',
      '/help/..',
      `/${'long'.repeat(200)}`,
    ].map((to) => ({
      type: 'load' as const,
      to,
    })),
  },
  "links that are none of the shell's business are left to the browser": {
    serviceWorker: false,
    steps: (
      [
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
      ] as const
    ).map((click) => ({ type: 'left' as const, click, to: '/help' })),
  },
  'a fragment can be left again': {
    serviceWorker: false,
    steps: [
      { type: 'go', way: 'navigate', to: '/north#deep' },
      { type: 'go', way: 'navigate', to: '/north' },
      { type: 'fragment', to: '#' },
      { type: 'traverse', by: -2 },
    ],
  },
};

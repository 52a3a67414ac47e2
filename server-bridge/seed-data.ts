import type { PlainRecord } from '@testudo/fabric/plain';

/** Products of the demo's shop. Prices in cents; `accent` is the product's own colour. */
export const products: readonly PlainRecord[] = [
  {
    sku: 'lamp-amber',
    name: 'Amber desk lamp',
    description: 'Blown glass on an oak foot, with a warm light that dims to a glow.',
    priceCents: 8900,
    stock: 140,
    accent: '#d98a1f',
  },
  {
    sku: 'kettle-teal',
    name: 'Gooseneck kettle',
    description: 'Enamelled steel and a slow, steady pour for coffee by hand.',
    priceCents: 6400,
    stock: 210,
    accent: '#1f8a8a',
  },
  {
    sku: 'blanket-rust',
    name: 'Lambswool blanket',
    description: 'Woven in one piece, heavy enough for winter, soft enough for May.',
    priceCents: 12900,
    stock: 75,
    accent: '#b4532a',
  },
  {
    sku: 'mug-slate',
    name: 'Slate mug, pair',
    description: 'Two stoneware mugs with a matt glaze; no two are quite alike.',
    priceCents: 3200,
    stock: 320,
    accent: '#51606e',
  },
  {
    sku: 'chair-moss',
    name: 'Reading chair',
    description: 'Bent beech and moss-green wool, made to be sat in for a whole book.',
    priceCents: 44900,
    stock: 24,
    accent: '#5f7a3a',
  },
  {
    sku: 'clock-plum',
    name: 'Wall clock',
    description: 'A quiet sweep second and numerals that can be read across the room.',
    priceCents: 7600,
    stock: 96,
    accent: '#7a3b6b',
  },
  {
    sku: 'board-walnut',
    name: 'Walnut board',
    description: 'End grain, oiled twice; kind to knives and easy to wipe.',
    priceCents: 5800,
    stock: 180,
    accent: '#6b4a32',
  },
  {
    sku: 'notebook-sky',
    name: 'Linen notebook',
    description: 'Thread-bound, 192 dotted pages that lie flat where you open them.',
    priceCents: 1900,
    stock: 500,
    accent: '#3d78b8',
  },
];

/** People of the demo, each with the user whose record it is. */
export const customers: readonly { readonly owner: string; readonly fields: PlainRecord }[] = [
  { owner: 'ada', fields: { name: 'Ada Lovelace', email: 'ada@example.org', city: 'London' } },
  { owner: 'seed', fields: { name: 'Grace Hopper', email: 'grace@example.org', city: 'Arlington' } },
  { owner: 'seed', fields: { name: 'Alan Turing', email: 'alan@example.org', city: 'Wilmslow' } },
];

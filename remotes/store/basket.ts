/** One line of a basket, and of an order. */
export type BasketLine = {
  readonly sku: string;
  readonly name: string;
  readonly qty: number;
  readonly priceCents: number;
};

export type Basket = readonly BasketLine[];

export type BasketAction =
  | {
      readonly type: 'add';
      readonly product: { readonly sku: string; readonly name: string; readonly priceCents: number };
    }
  | { readonly type: 'quantity'; readonly sku: string; readonly qty: number }
  | { readonly type: 'remove'; readonly sku: string }
  | { readonly type: 'fill'; readonly lines: Basket }
  | { readonly type: 'clear' };

/** The most of one product that one order may hold. */
export const maxQuantity = 99;

/** The basket after an action. A product has one line; a quantity of 0 removes it; 99 is the most. */
export function nextBasket(basket: Basket, action: BasketAction): Basket {
  switch (action.type) {
    case 'add':
      return add(basket, action.product);
    case 'quantity':
      return setQuantity(basket, action.sku, action.qty);
    case 'remove':
      return basket.filter((line) => line.sku !== action.sku);
    case 'fill':
      return action.lines;
    case 'clear':
      return [];
  }
}

function add(basket: Basket, product: Omit<BasketLine, 'qty'>): Basket {
  const line = basket.find(({ sku }) => sku === product.sku);
  if (line !== undefined) return setQuantity(basket, line.sku, line.qty + 1);
  return [...basket, { sku: product.sku, name: product.name, qty: 1, priceCents: product.priceCents }];
}

function setQuantity(basket: Basket, sku: string, wanted: number): Basket {
  const qty = Math.min(maxQuantity, Math.max(0, Math.floor(wanted)));
  if (Number.isNaN(qty)) return basket;
  if (qty === 0) return basket.filter((line) => line.sku !== sku);
  return basket.map((line) => (line.sku === sku ? { ...line, qty } : line));
}

/** What the lines cost together, in cents. */
export function totalCents(basket: Basket): number {
  return basket.reduce((sum, { qty, priceCents }) => sum + qty * priceCents, 0);
}

/** How many pieces are in the basket. */
export function pieces(basket: Basket): number {
  return basket.reduce((sum, { qty }) => sum + qty, 0);
}

/** A basket from stored or received data; lines that are not whole are left out. */
export function toBasket(value: unknown): Basket {
  if (!Array.isArray(value)) return [];
  return value.filter(isLine).map(({ sku, name, qty, priceCents }) => ({ sku, name, qty, priceCents }));
}

function isLine(value: unknown): value is BasketLine {
  if (typeof value !== 'object' || value === null) return false;
  const { sku, name, qty, priceCents } = value as Partial<Record<keyof BasketLine, unknown>>;
  return typeof sku === 'string' && typeof name === 'string' && isWhole(qty) && isWhole(priceCents);
}

function isWhole(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

import { pieces, totalCents } from './basket.ts';
import type { Basket } from './basket.ts';
import { formatCents } from './money.ts';

/** On narrow screens, where the basket is far below: what is in it, and the way there. */
export function BasketBar({ basket, locale }: { readonly basket: Basket; readonly locale: string }) {
  const count = pieces(basket);
  // the heading of the basket takes the focus, and comes into view with it
  const show = () => document.getElementById('store-basket')?.focus();
  return (
    <button type="button" className="store-bar t-button t-button--primary" data-testid="basket-bar" onClick={show}>
      <span>Basket · {count === 1 ? '1 piece' : `${count} pieces`}</span>
      <span className="t-number">{formatCents(totalCents(basket), locale)}</span>
    </button>
  );
}

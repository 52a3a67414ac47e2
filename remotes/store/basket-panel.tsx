import type { AppProps } from '@testudo/fabric';
import { useRef } from 'react';
import type { Dispatch } from 'react';

import { BasketLines } from './basket-lines.tsx';
import { totalCents } from './basket.ts';
import type { Basket, BasketAction } from './basket.ts';
import { CheckoutForm } from './checkout-form.tsx';
import { formatCents } from './money.ts';
import type { Order } from './order.ts';
import { Receipt } from './receipt.tsx';
import type { RefusedOrder } from './refused-orders.ts';

interface BasketPanelProps {
  readonly app: AppProps;
  readonly basket: Basket;
  /** the order that was placed last, as it is now */
  readonly placed: Order | null;
  /** an order that was refused, to be placed again */
  readonly again: RefusedOrder | null;
  readonly onChange: Dispatch<BasketAction>;
  readonly onPlaced: (id: string) => void;
}

/** The basket with note and address; after an order its way, step by step. */
export function BasketPanel({ app, basket, placed, again, onChange, onPlaced }: BasketPanelProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  return (
    <aside className="store-basket t-card t-stack" aria-labelledby="store-basket" data-testid="basket">
      <h2 id="store-basket" ref={heading} tabIndex={-1}>
        Basket
      </h2>
      {placed !== null && basket.length === 0 && <Receipt order={placed} />}
      {basket.length === 0 && placed === null && <p className="t-muted">Nothing in it yet. Add a product.</p>}
      {basket.length > 0 && (
        <>
          <BasketLines
            basket={basket}
            locale={app.platform.locale}
            onChange={onChange}
            onLastRemoved={() => heading.current?.focus()}
          />
          <p className="store-total">
            <span>Total</span>
            <strong className="t-number" data-testid="basket-total">
              {formatCents(totalCents(basket), app.platform.locale)}
            </strong>
          </p>
        </>
      )}
      <CheckoutForm
        key={again?.id}
        app={app}
        basket={basket}
        again={again}
        onPlaced={(id) => {
          onPlaced(id);
          onChange({ type: 'clear' });
        }}
      />
    </aside>
  );
}

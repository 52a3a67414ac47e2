import type { Dispatch } from 'react';

import type { Basket, BasketAction, BasketLine } from './basket.ts';
import { formatCents } from './money.ts';
import { QuantityStepper } from './quantity-stepper.tsx';

interface BasketLinesProps {
  readonly basket: Basket;
  readonly locale: string;
  readonly onChange: Dispatch<BasketAction>;
}

/** The lines of a basket, each with its quantity and a way out. */
export function BasketLines({ basket, locale, onChange }: BasketLinesProps) {
  return (
    <ul className="store-lines">
      {basket.map((line) => (
        <Line key={line.sku} line={line} locale={locale} onChange={onChange} />
      ))}
    </ul>
  );
}

function Line({ line, locale, onChange }: Omit<BasketLinesProps, 'basket'> & { readonly line: BasketLine }) {
  const { sku, name, qty, priceCents } = line;
  return (
    <li className="store-line" data-testid="basket-line" data-sku={sku}>
      <span className="store-line__name">{name}</span>
      <span className="store-line__price t-number">{formatCents(qty * priceCents, locale)}</span>
      <QuantityStepper
        name={name}
        sku={sku}
        qty={qty}
        onChange={(next) => onChange({ type: 'quantity', sku, qty: next })}
      />
      <button
        type="button"
        className="store-link"
        data-testid={`remove-${sku}`}
        onClick={() => onChange({ type: 'remove', sku })}
      >
        Remove<span className="t-visually-hidden"> {name}</span>
      </button>
    </li>
  );
}

import type { Dispatch, MouseEvent } from 'react';

import type { Basket, BasketAction, BasketLine } from './basket.ts';
import { hasFocus } from './focus.ts';
import { formatCents } from './money.ts';
import { QuantityStepper } from './quantity-stepper.tsx';

interface BasketLinesProps {
  readonly basket: Basket;
  readonly locale: string;
  /** whether they can no longer be changed; the controls stay, for one of them may have the focus */
  readonly isFixed?: boolean;
  readonly onChange: Dispatch<BasketAction>;
  /** called when the focus has to go elsewhere, for no line is left to take it */
  readonly onLastRemoved: () => void;
}

/** The lines of a basket, each with its quantity and a way out. */
export function BasketLines({ basket, ...common }: BasketLinesProps) {
  return (
    <ul className="store-lines">
      {basket.map((line) => (
        <Line key={line.sku} line={line} {...common} />
      ))}
    </ul>
  );
}

interface LineProps extends Omit<BasketLinesProps, 'basket'> {
  readonly line: BasketLine;
}

function Line({ line: { sku, name, qty, priceCents }, locale, isFixed = false, onChange, onLastRemoved }: LineProps) {
  const remove = ({ currentTarget }: MouseEvent<HTMLElement>) => {
    if (isFixed) return;
    if (hasFocus(currentTarget)) focusNeighbour(currentTarget, onLastRemoved);
    onChange({ type: 'remove', sku });
  };
  return (
    <li className="store-line" data-testid="basket-line" data-sku={sku}>
      <span className="store-line__name">{name}</span>
      <span className="store-line__price t-number">{formatCents(qty * priceCents, locale)}</span>
      <QuantityStepper
        name={name}
        sku={sku}
        qty={qty}
        isFixed={isFixed}
        onChange={(next) => onChange({ type: 'quantity', sku, qty: next })}
      />
      <button
        type="button"
        className="store-link"
        data-testid={`remove-${sku}`}
        aria-disabled={isFixed}
        onClick={remove}
      >
        Remove<span className="t-visually-hidden"> {name}</span>
      </button>
    </li>
  );
}

/** The focus goes to the same button of the next line, or of the one before. */
function focusNeighbour(button: HTMLElement, onNone: () => void): void {
  const line = button.closest('li');
  const neighbour = line?.nextElementSibling ?? line?.previousElementSibling;
  const next = neighbour?.querySelector<HTMLElement>('.store-link');
  if (next) next.focus();
  else onNone();
}

import { maxQuantity } from './basket.ts';

interface QuantityStepperProps {
  readonly name: string;
  readonly sku: string;
  readonly qty: number;
  readonly isFixed?: boolean;
  readonly onChange: (qty: number) => void;
}

/** Less, how many, more: by pointer, keys or typing. */
export function QuantityStepper({ name, sku, qty, isFixed = false, onChange }: QuantityStepperProps) {
  const [canLess, canMore] = [!isFixed && qty > 1, !isFixed && qty < maxQuantity];
  return (
    <span className="store-stepper" role="group" aria-label={`Quantity of ${name}`}>
      {/* not `disabled`: at its end a button that has the focus would lose it */}
      <button
        type="button"
        aria-label={`One ${name} less`}
        aria-disabled={!canLess}
        onClick={() => canLess && onChange(qty - 1)}
      >
        −
      </button>
      <input
        className="t-number"
        inputMode="numeric"
        pattern="[0-9]*"
        aria-label={`How many ${name}`}
        data-testid={`qty-${sku}`}
        readOnly={isFixed}
        value={qty}
        onChange={({ target }) => onChange(Math.max(1, Number.parseInt(target.value, 10)))}
      />
      <button
        type="button"
        aria-label={`One ${name} more`}
        aria-disabled={!canMore}
        onClick={() => canMore && onChange(qty + 1)}
      >
        +
      </button>
    </span>
  );
}

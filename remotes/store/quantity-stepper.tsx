import { maxQuantity } from './basket.ts';

interface QuantityStepperProps {
  readonly name: string;
  readonly sku: string;
  readonly qty: number;
  readonly onChange: (qty: number) => void;
}

/** Less, how many, more: by pointer, keys or typing. */
export function QuantityStepper({ name, sku, qty, onChange }: QuantityStepperProps) {
  return (
    <span className="store-stepper" role="group" aria-label={`Quantity of ${name}`}>
      {/* not `disabled`: at its end a button that has the focus would lose it */}
      <button
        type="button"
        aria-label={`One ${name} less`}
        aria-disabled={qty <= 1}
        onClick={() => qty > 1 && onChange(qty - 1)}
      >
        −
      </button>
      <input
        className="t-number"
        inputMode="numeric"
        pattern="[0-9]*"
        aria-label={`How many ${name}`}
        data-testid={`qty-${sku}`}
        value={qty}
        onChange={({ target }) => onChange(Math.max(1, Number.parseInt(target.value, 10)))}
      />
      <button
        type="button"
        aria-label={`One ${name} more`}
        aria-disabled={qty >= maxQuantity}
        onClick={() => qty < maxQuantity && onChange(qty + 1)}
      >
        +
      </button>
    </span>
  );
}

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
      <button type="button" aria-label={`One ${name} less`} disabled={qty <= 1} onClick={() => onChange(qty - 1)}>
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
        disabled={qty >= maxQuantity}
        onClick={() => onChange(qty + 1)}
      >
        +
      </button>
    </span>
  );
}

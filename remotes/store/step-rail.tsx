import type { OrderStep } from './order-steps.ts';

const marks = { done: '✓', waiting: '', failed: '!' } as const;

/** The steps of an order below each other, each with a mark for how it stands. */
export function StepRail({ steps }: { readonly steps: readonly OrderStep[] }) {
  return (
    <ol className="store-steps">
      {steps.map(({ name, label, detail, status }) => (
        <li key={name} className="store-step" data-step={name} data-status={status}>
          <span className="store-step__mark" aria-hidden="true">
            {marks[status]}
          </span>
          <span className="store-step__label">
            {label}
            <span className="t-visually-hidden">: {status}</span>
          </span>
          <span className="store-step__detail t-muted t-small">{detail}</span>
        </li>
      ))}
    </ol>
  );
}

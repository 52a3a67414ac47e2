import type { Plain } from '@testudo/fabric';

import { toBasket } from './basket.ts';
import { ErrorNotice } from './error-notice.tsx';
import type { RefusedOrder } from './refused-orders.ts';

interface RefusedNoticeProps {
  readonly refused: RefusedOrder;
  readonly onEditAgain: () => void;
  readonly onDismiss: () => void;
}

const labels: { readonly [field: string]: string } = {
  note: 'Note',
  shippingAddress: 'Send it to',
  orderItems: 'Lines',
};

/** What the server refused: of which order, why, and what was wanted. Stays until it is understood. */
export function RefusedNotice({ refused: { error, changes }, onEditAgain, onDismiss }: RefusedNoticeProps) {
  const fields = Object.keys(labels).filter((field) => changes[field] !== undefined);
  return (
    <ErrorNotice error={error}>
      {fields.length > 0 && (
        <dl className="store-refused">
          {fields.map((field) => (
            <div key={field}>
              <dt className="t-muted">{labels[field]}</dt>
              <dd>{valueText(changes[field])}</dd>
            </div>
          ))}
        </dl>
      )}
      <p className="t-row">
        <button type="button" className="t-button t-button--small" data-testid="edit-again" onClick={onEditAgain}>
          Edit again
        </button>
        <button type="button" className="store-link" data-testid="dismiss" onClick={onDismiss}>
          Understood
        </button>
      </p>
    </ErrorNotice>
  );
}

function valueText(value: Plain | undefined): string {
  if (typeof value === 'string') return value === '' ? 'nothing' : value;
  return toBasket(value)
    .map(({ qty, name }) => `${qty} × ${name}`)
    .join(', ');
}

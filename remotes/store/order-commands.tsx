import type { AppProps } from '@testudo/fabric';
import { useState } from 'react';

import { afterSaving } from './after-saving.ts';
import { ErrorNotice } from './error-notice.tsx';
import type { Order } from './order.ts';
import { plainError } from './plain-error.ts';
import type { PlainError } from './plain-error.ts';

const commands = [
  { name: 'approve', label: 'Confirm order', in: ['PENDING'] },
  { name: 'estimate', label: 'Estimate delivery', in: ['PENDING', 'APPROVED', 'SHIPPING', 'COMPLETE'] },
  { name: 'cancel', label: 'Cancel order', in: ['PENDING', 'APPROVED', 'SHIPPING'] },
] as const;

/** What can be done with an order besides changing it: the model's own commands. */
export function OrderCommands({ app, order }: { readonly app: AppProps; readonly order: Order }) {
  const [error, setError] = useState<PlainError | null>(null);
  const run = (name: string) => {
    setError(null);
    const asked = app.models.get('order').command(order.id, name);
    asked
      .then((saved) => afterSaving(app.models, saved))
      .then(setError, (cause: unknown) => setError(plainError(cause)));
  };
  // what was offered stays, inactive: the order goes on by itself, and a button that has the focus would lose it
  const [wasPending] = useState(order.status === 'PENDING');
  const offered = commands.filter(({ name }) => name !== 'approve' || wasPending || order.status === 'PENDING');
  const can = (statuses: readonly string[]) => statuses.includes(order.status);
  return (
    <div className="t-stack t-stack--tight">
      {order.status === 'CANCELED' && <p className="t-notice t-small">This order is canceled.</p>}
      {order.estimatedDays > 0 && (
        <p data-testid="order-estimate">
          Comes in about {order.estimatedDays === 1 ? 'one day' : `${order.estimatedDays} days`}.
        </p>
      )}
      <div className="t-row">
        {offered.map(({ name, label, in: statuses }) => (
          <button
            key={name}
            type="button"
            className="t-button t-button--small"
            data-testid={`${name}-order`}
            aria-disabled={!can(statuses)}
            onClick={() => can(statuses) && run(name)}
          >
            {label}
          </button>
        ))}
      </div>
      {error !== null && <ErrorNotice error={error} />}
    </div>
  );
}

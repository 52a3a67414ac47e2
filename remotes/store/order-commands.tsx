import type { AppProps } from '@testudo/fabric';
import { useState } from 'react';

import { afterSaving } from './after-saving.ts';
import { ErrorNotice } from './error-notice.tsx';
import type { Order } from './order.ts';
import { plainError } from './plain-error.ts';
import type { PlainError } from './plain-error.ts';

const commands = [
  { name: 'estimate', label: 'Estimate delivery' },
  { name: 'cancel', label: 'Cancel order' },
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
  if (order.status === 'CANCELED') return <p className="t-notice t-small">This order is canceled.</p>;
  return (
    <div className="t-stack t-stack--tight">
      {order.estimatedDays > 0 && (
        <p data-testid="order-estimate">
          Comes in about {order.estimatedDays === 1 ? 'one day' : `${order.estimatedDays} days`}.
        </p>
      )}
      <div className="t-row">
        {commands.map(({ name, label }) => (
          <button
            key={name}
            type="button"
            className="t-button t-button--small"
            data-testid={`${name}-order`}
            onClick={() => run(name)}
          >
            {label}
          </button>
        ))}
      </div>
      {error !== null && <ErrorNotice error={error} />}
    </div>
  );
}

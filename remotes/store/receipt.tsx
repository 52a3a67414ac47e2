import { orderSteps } from './order-steps.ts';
import type { Order } from './order.ts';
import { StepRail } from './step-rail.tsx';

/** What became of the order that was just placed: saved, synced, picked, as it happens. */
export function Receipt({ order }: { readonly order: Order }) {
  return (
    <div className="store-receipt" role="status" data-testid="receipt" data-order-id={order.id} data-sync={order.sync}>
      <h3>Order {order.shortId}</h3>
      <StepRail steps={orderSteps(order)} />
    </div>
  );
}

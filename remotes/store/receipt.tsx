import { useEffect, useRef } from 'react';

import { isFocusLost } from './focus.ts';
import { orderSteps } from './order-steps.ts';
import type { Order } from './order.ts';
import { StepRail } from './step-rail.tsx';
import { WayRail } from './way-rail.tsx';

/**
 * What became of the order that was just placed: saved, synced, picked, shipped and so on, as it happens. Takes the focus where the form
 * that it stands in for had it.
 */
export function Receipt({ order }: { readonly order: Order }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (isFocusLost()) heading.current?.focus();
  }, [order.id]);
  return (
    // not atomic: each step is told by itself, not the whole way again
    <div
      className="store-receipt"
      role="status"
      aria-atomic="false"
      data-testid="receipt"
      data-order-id={order.id}
      data-sync={order.sync}
    >
      <h3 ref={heading} tabIndex={-1}>
        Order {order.shortId}
      </h3>
      <StepRail steps={orderSteps(order)} />
      <WayRail order={order} />
    </div>
  );
}

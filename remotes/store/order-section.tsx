import type { AppProps } from '@testudo/fabric';
import { Suspense, lazy, useRef, useState } from 'react';

import { hasFocus } from './focus.ts';
import { OrderList } from './order-list.tsx';
import { newestFirst } from './order.ts';
import type { Order } from './order.ts';
import { PanelBoundary } from './panel-boundary.tsx';
import { RefusedNotice } from './refused-notice.tsx';
import type { RefusedChange } from './use-models.ts';

// a chunk of its own, with its own style sheet: both come through the verified loader when an order is opened
const OrderPanel = lazy(() => import('./order-panel.tsx').then(({ OrderPanel: panel }) => ({ default: panel })));

interface OrderSectionProps {
  readonly app: AppProps;
  /** `null` until they are known */
  readonly orders: readonly Order[] | null;
  readonly refused: readonly RefusedChange[];
  readonly onDismiss: (opId: string) => void;
}

/** The user's orders, and the one that is open. */
export function OrderSection({ app, orders, refused, onDismiss }: OrderSectionProps) {
  const [openId, setOpenId] = useState<string | null>(null);
  const open = orders?.find(({ id }) => id === openId) ?? null;
  const heading = useRef<HTMLHeadingElement>(null);
  const columns = useRef<HTMLDivElement>(null);
  // what vanishes hands the focus on, if it has it: the panel to its row, a notice to the heading
  const close = () => {
    const row = columns.current?.querySelector<HTMLElement>('[aria-expanded="true"]');
    if (hasFocus(columns.current)) row?.focus();
    setOpenId(null);
  };
  const dismiss = (opId: string) => {
    heading.current?.focus();
    onDismiss(opId);
  };
  return (
    <section className="store-orders t-stack" aria-labelledby="store-orders">
      <h2 id="store-orders" ref={heading} tabIndex={-1}>
        Your orders
      </h2>
      {refused.map((each) => (
        <RefusedNotice key={each.opId} refused={each} onDismiss={() => dismiss(each.opId)} />
      ))}
      {orders === null && <p className="t-muted">Reading your orders…</p>}
      {orders?.length === 0 && (
        <p className="t-muted">No orders yet. The first one appears here as soon as it is kept.</p>
      )}
      <div className="store-orders__columns" ref={columns} data-open={open !== null}>
        <OrderList orders={newestFirst(orders ?? [])} openId={openId} locale={app.platform.locale} onOpen={setOpenId} />
        {open !== null && (
          <PanelBoundary key={open.id} onClose={close}>
            <Suspense fallback={<p className="t-muted">Opening…</p>}>
              <OrderPanel app={app} order={open} onClose={close} />
            </Suspense>
          </PanelBoundary>
        )}
      </div>
    </section>
  );
}

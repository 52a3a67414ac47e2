import type { AppProps } from '@testudo/fabric';
import { Suspense, lazy, useState } from 'react';

import { ErrorNotice } from './error-notice.tsx';
import { OrderList } from './order-list.tsx';
import { newestFirst } from './order.ts';
import type { Order } from './order.ts';
import { PanelBoundary } from './panel-boundary.tsx';
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
  return (
    <section className="store-orders t-stack" aria-labelledby="store-orders">
      <h2 id="store-orders">Your orders</h2>
      {refused.map(({ opId, error }) => (
        <ErrorNotice key={opId} error={error}>
          <button type="button" className="store-link" data-testid="dismiss" onClick={() => onDismiss(opId)}>
            Understood
          </button>
        </ErrorNotice>
      ))}
      {orders === null && <p className="t-muted">Reading your orders…</p>}
      {orders?.length === 0 && (
        <p className="t-muted">No orders yet. The first one appears here as soon as it is kept.</p>
      )}
      <div className="store-orders__columns" data-open={open !== null}>
        <OrderList orders={newestFirst(orders ?? [])} openId={openId} locale={app.platform.locale} onOpen={setOpenId} />
        {open !== null && (
          <PanelBoundary key={open.id} onClose={() => setOpenId(null)}>
            <Suspense fallback={<p className="t-muted">Opening…</p>}>
              <OrderPanel app={app} order={open} onClose={() => setOpenId(null)} />
            </Suspense>
          </PanelBoundary>
        )}
      </div>
    </section>
  );
}

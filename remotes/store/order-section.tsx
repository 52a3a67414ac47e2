import type { AppProps } from '@testudo/fabric';
import { Suspense, lazy, useEffect, useRef, useState } from 'react';

import { ErrorNotice } from './error-notice.tsx';
import { hasFocus } from './focus.ts';
import { OrderList } from './order-list.tsx';
import { newestFirst } from './order.ts';
import type { Order } from './order.ts';
import { PanelBoundary } from './panel-boundary.tsx';
import { RefusedNotice } from './refused-notice.tsx';
import type { RefusedOrder } from './refused-orders.ts';
import type { RefusedActs } from './use-refused.ts';

// a chunk of its own, with its own style sheet: both come through the verified loader when an order is opened
const OrderPanel = lazy(() => import('./order-panel.tsx').then(({ OrderPanel: panel }) => ({ default: panel })));

interface OrderSectionProps {
  readonly app: AppProps;
  /** `null` until they are known */
  readonly orders: readonly Order[] | null;
  readonly acts: RefusedActs;
}

/** The user's orders, and the one that is open. */
export function OrderSection({ app, orders, acts }: OrderSectionProps) {
  const { refused, again, editAgain } = acts;
  const [openId, setOpenId] = useState<string | null>(null);
  const open = orders?.find(({ id }) => id === openId) ?? null;
  const repaired = open !== null && again?.id === open.id ? again : null;
  useEffect(() => {
    if (again !== null) setOpenId(again.id);
  }, [again]);
  const heading = useRef<HTMLHeadingElement>(null);
  const columns = useRef<HTMLDivElement>(null);
  // what vanishes hands the focus on, if it has it: the panel to its row, a notice to the heading
  const close = () => {
    const row = columns.current?.querySelector<HTMLElement>('[aria-expanded="true"]');
    if (hasFocus(columns.current)) row?.focus();
    setOpenId(null);
  };
  const dismiss = (order: RefusedOrder) => {
    heading.current?.focus();
    acts.dismiss(order);
  };
  return (
    <section className="store-orders t-stack" aria-labelledby="store-orders">
      <h2 id="store-orders" ref={heading} tabIndex={-1}>
        Your orders
      </h2>
      {refused.map((each) => (
        <RefusedNotice
          key={each.id}
          refused={each}
          onEditAgain={() => editAgain(each)}
          onDismiss={() => dismiss(each)}
        />
      ))}
      {acts.failure !== null && <ErrorNotice error={acts.failure} />}
      {orders === null && <p className="t-muted">Reading your orders…</p>}
      {orders?.length === 0 && (
        <p className="t-muted">No orders yet. The first one appears here as soon as it is kept.</p>
      )}
      <div className="store-orders__columns" ref={columns} data-open={open !== null}>
        <OrderList orders={newestFirst(orders ?? [])} openId={openId} locale={app.platform.locale} onOpen={setOpenId} />
        {open !== null && (
          <PanelBoundary key={`${open.id} ${repaired?.opIds.join() ?? ''}`} onClose={close}>
            <Suspense fallback={<p className="t-muted">Opening…</p>}>
              <OrderPanel app={app} order={open} again={repaired} onRepaired={acts.dismiss} onClose={close} />
            </Suspense>
          </PanelBoundary>
        )}
      </div>
    </section>
  );
}

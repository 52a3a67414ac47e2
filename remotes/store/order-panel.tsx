import './order-panel.css';

import type { AppProps } from '@testudo/fabric';
import { useEffect, useRef } from 'react';

import { OrderCommands } from './order-commands.tsx';
import { OrderForm } from './order-form.tsx';
import { orderHistory } from './order-history.ts';
import { orderSteps } from './order-steps.ts';
import type { Order } from './order.ts';
import type { RefusedOrder } from './refused-orders.ts';
import { StepRail } from './step-rail.tsx';
import { WayRail } from './way-rail.tsx';

interface OrderPanelProps {
  readonly app: AppProps;
  readonly order: Order;
  /** what was refused of it, to be edited again */
  readonly again: RefusedOrder | null;
  readonly onRepaired: (again: RefusedOrder) => void;
  readonly onClose: () => void;
}

/** One order: its way, what can still be changed, and what has happened to it. */
export function OrderPanel({ app, order, again, onRepaired, onClose }: OrderPanelProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <article className="store-panel t-card t-stack" data-testid="order-panel" data-order-id={order.id}>
      <header className="store-panel__head">
        <h3 ref={heading} tabIndex={-1} data-testid="order-heading">
          Order {order.shortId}
        </h3>
        <button type="button" className="t-button t-button--quiet t-button--small" onClick={onClose}>
          Close
        </button>
      </header>
      <StepRail steps={orderSteps(order)} />
      <WayRail order={order} />
      <OrderForm app={app} order={order} again={again} onRepaired={onRepaired} />
      <OrderCommands app={app} order={order} />
      <History order={order} locale={app.platform.locale} />
      <footer className="t-muted t-small" data-testid="store-lazy-build">
        build {__TESTUDO_BUILD__}
      </footer>
    </article>
  );
}

function History({ order, locale }: { readonly order: Order; readonly locale: string }) {
  return (
    <section className="store-history">
      <h4>History</h4>
      <ol>
        {orderHistory(order.state).map(({ key, atMs, text, detail }) => (
          <li key={key}>
            <span className="t-number t-muted">{atMs === null ? '–' : new Date(atMs).toLocaleTimeString(locale)}</span>
            <span>
              {text}
              {detail !== '' && <span className="t-muted"> ({detail})</span>}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

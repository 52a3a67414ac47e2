import { pieces } from './basket.ts';
import { formatCents } from './money.ts';
import { OrderChips } from './order-chips.tsx';
import type { Order } from './order.ts';

interface OrderListProps {
  readonly orders: readonly Order[];
  readonly openId: string | null;
  readonly locale: string;
  readonly onOpen: (id: string) => void;
}

/** Orders as a list of buttons; one opens at a time. */
export function OrderList({ orders, openId, locale, onOpen }: OrderListProps) {
  return (
    <ul className="store-list">
      {orders.map((order) => (
        <li
          key={order.id}
          data-testid="order-row"
          data-order-id={order.id}
          data-status={order.status}
          data-sync={order.sync}
        >
          <button
            type="button"
            className="store-row"
            data-testid="open-order"
            aria-expanded={order.id === openId}
            onClick={() => onOpen(order.id)}
          >
            <OrderRow order={order} locale={locale} />
          </button>
        </li>
      ))}
    </ul>
  );
}

function OrderRow({ order, locale }: { readonly order: Order; readonly locale: string }) {
  const count = pieces(order.lines);
  const time = new Date(order.createdMs).toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit' });
  return (
    <span className="store-row__cells">
      <span className="store-row__title">
        <strong className="store-row__id">{order.shortId}</strong>
        <span className="t-muted t-small">
          {time} · {count === 1 ? '1 piece' : `${count} pieces`}
        </span>
      </span>
      <span className="store-row__note t-muted t-small">{order.note}</span>
      <span className="store-row__total t-number">{formatCents(order.totalCents, locale)}</span>
      <OrderChips order={order} />
    </span>
  );
}

import type { ObjectState } from '@testudo/fabric';

import { textField } from './acts/act.ts';
import { failedStep, way } from './order-way.ts';
import type { Place } from './place.ts';
import { shortId } from './timeline-text.ts';
import { WayBar } from './way-bar.tsx';

interface PaneOrderProps {
  readonly order: ObjectState | undefined;
  readonly newest: ObjectState | undefined;
  readonly place: Place;
}

/** The order as one host has it. */
export function PaneOrder({ order, newest, place }: PaneOrderProps) {
  if (order === undefined) return <p className="proof-order proof-order--empty t-muted">{emptyText(newest, place)}</p>;
  const shelf = textField(order, 'shelf');
  return (
    <div className="proof-order">
      <p className="proof-order__head">
        <strong>
          Order <code>{shortId(order.id)}</code>
        </strong>
        <span className="t-muted t-small t-number">version {order.version}</span>
      </p>
      <p className="proof-order__note">{textField(order, 'note') || <span className="t-muted">no note</span>}</p>
      <p className="t-row">
        <SyncBadge order={order} place={place} />
        <StatusBadge order={order} />
        {shelf !== '' && <span className="t-badge">shelf {shelf}</span>}
      </p>
      <WayBar order={order} />
    </div>
  );
}

function StatusBadge({ order }: { readonly order: ObjectState }) {
  const status = (textField(order, 'orderStatus') || 'pending').toLowerCase();
  const failed = failedStep(order);
  const verb = way.find(({ port }) => port === failed?.port)?.done;
  return (
    <>
      <span className={`t-badge ${status === 'complete' ? 't-badge--good' : ''}`}>{status}</span>
      {failed !== undefined && (
        <span className="t-badge t-badge--bad" title={failed.error}>
          not {verb}
        </span>
      )}
    </>
  );
}

function SyncBadge({ order, place }: { readonly order: ObjectState; readonly place: Place }) {
  if (order.seq > 0)
    return (
      <span className="t-badge t-badge--good">
        {place === 'server' ? `accepted #${order.seq}` : `synced #${order.seq}`}
      </span>
    );
  return <span className="t-badge t-badge--warn">{place === 'here' ? 'saved here' : 'not sent yet'}</span>;
}

function emptyText(newest: ObjectState | undefined, place: Place): string {
  if (newest === undefined) return 'No order yet. Place one.';
  return place === 'here' ? '' : `Has not told of order ${shortId(newest.id)} since this page was opened.`;
}

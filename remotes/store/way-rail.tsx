import './way-rail.css';

import { wayText } from './order-way.ts';
import type { StageStatus } from './order-way.ts';
import type { Order } from './order.ts';

const marks: { readonly [status in StageStatus]: string } = {
  todo: '',
  waiting: '',
  done: '✓',
  failed: '!',
  undoing: '',
  undone: '↶',
  stuck: '!',
};

const words: { readonly [status in StageStatus]: string } = {
  todo: 'to come',
  waiting: 'under way',
  done: 'done',
  failed: 'failed',
  undoing: 'being taken back',
  undone: 'taken back',
  stuck: 'could not be taken back',
};

/** An order's way through its partners, from left to right; what is taken back goes from right to left. */
export function WayRail({ order: { way, status, news } }: { readonly order: Order }) {
  return (
    <div className="store-way" data-testid="way">
      <ol className="store-way__stages" aria-label="The order's way">
        {way.map((stage) => (
          <li key={stage.port} className="store-stage" data-stage={stage.port} data-status={stage.status}>
            <span className="store-stage__mark" aria-hidden="true">
              {marks[stage.status]}
            </span>
            <span className="store-stage__label">
              {stage.label}
              <span className="t-visually-hidden">: {words[stage.status]}</span>
            </span>
          </li>
        ))}
      </ol>
      <p className="t-muted t-small">{wayText(way, status)}</p>
      {news !== '' && status !== 'CANCELED' && <p className="t-muted t-small">The carrier says: {news}</p>}
    </div>
  );
}

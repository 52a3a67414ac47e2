import type { Stage, StageStatus } from './order-way.ts';
import type { Order } from './order.ts';

interface Chip {
  readonly tone: 'good' | 'warn' | 'bad' | 'accent';
  readonly text: string;
}

const syncChip: { readonly [sync in Order['sync']]: Chip } = {
  saved: { tone: 'warn', text: 'saved here' },
  synced: { tone: 'good', text: 'synced' },
  refused: { tone: 'bad', text: 'refused' },
};

/** How an order stands, in one or two words each: its copy, and its way. */
export function OrderChips({ order }: { readonly order: Order }) {
  return (
    <span className="store-chips">
      {[syncChip[order.sync], wayChip(order)].map(({ tone, text }) => (
        <span key={text} className={`t-badge t-badge--${tone}`}>
          {text}
        </span>
      ))}
    </span>
  );
}

/** The one thing that is worth knowing of an order's way. */
function wayChip({ status, way }: Order): Chip {
  const isAny = (wanted: StageStatus) => way.some((stage) => stage.status === wanted);
  if (isAny('stuck')) return { tone: 'bad', text: 'not undone' };
  if (isAny('undoing')) return { tone: 'warn', text: 'being undone' };
  if (isAny('failed')) return { tone: 'bad', text: 'failed' };
  if (status === 'CANCELED') return { tone: 'bad', text: 'canceled' };
  if (status === 'PENDING') return { tone: 'warn', text: 'to be confirmed' };
  if (status === 'COMPLETE') return { tone: 'good', text: 'complete' };
  return { tone: 'accent', text: lastDone(way)?.label.toLowerCase() ?? 'to be picked' };
}

function lastDone(way: readonly Stage[]): Stage | undefined {
  return way.filter(({ status }) => status === 'done').pop();
}

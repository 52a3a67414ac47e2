import type { Order } from './order.ts';

const syncChip = {
  saved: { tone: 'warn', text: 'saved here' },
  synced: { tone: 'good', text: 'synced' },
  refused: { tone: 'bad', text: 'refused' },
} as const;

const pickChip = {
  none: null,
  waiting: { tone: 'accent', text: 'to be picked' },
  done: { tone: 'good', text: 'picked' },
  failed: { tone: 'bad', text: 'not picked' },
  undone: { tone: 'warn', text: 'returned' },
} as const;

const canceledChip = { tone: 'bad', text: 'canceled' } as const;

/** How an order stands, in one or two words each: its copy, and its way through the warehouse. */
export function OrderChips({ order }: { readonly order: Order }) {
  const isCanceled = order.status === 'CANCELED';
  const chips = [syncChip[order.sync], isCanceled ? canceledChip : pickChip[order.picking]];
  return (
    <span className="store-chips">
      {chips.map(
        (chip) =>
          chip !== null && (
            <span key={chip.text} className={`t-badge t-badge--${chip.tone}`}>
              {chip.text}
            </span>
          ),
      )}
    </span>
  );
}

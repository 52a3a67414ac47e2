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
} as const;

/** How an order stands, in one or two words each: its copy, and its way through the warehouse. */
export function OrderChips({ order }: { readonly order: Order }) {
  const chips = [syncChip[order.sync], pickChip[order.picking]];
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

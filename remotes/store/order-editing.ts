import type { Basket } from './basket.ts';
import { draftLines } from './order-draft.ts';
import type { OrderDraft } from './order-draft.ts';
import type { Order } from './order.ts';

/** A field of an open order that its form changes. */
export type DraftField = keyof OrderDraft;

/** The values that a user saw in those fields. */
export type SeenFields = Pick<Order, 'note' | 'address' | 'lines'>;

/** A draft, and what the user saw when beginning to change each of its fields. */
export interface OrderEditing {
  readonly draft: OrderDraft;
  readonly seen: { readonly [field in DraftField]?: SeenFields };
}

/** A field that was changed by somebody else since this user began to change it. */
export interface Overtaken {
  readonly field: DraftField;
  readonly label: string;
  readonly theirs: string;
}

/** Nothing changed yet. */
export const noEditing: OrderEditing = { draft: {}, seen: {} };

const fields = ['quantities', 'address', 'note'] as const;
const labels = { quantities: 'The lines were', address: 'The address was', note: 'The note was' } as const;

/** The user changes some fields; what they saw before is kept from the first change on. */
export function edit({ draft, seen }: OrderEditing, order: SeenFields, changes: OrderDraft): OrderEditing {
  const begun = (Object.keys(changes) as DraftField[]).filter((field) => seen[field] === undefined);
  return { draft: { ...draft, ...changes }, seen: begun.reduce((all, field) => ({ ...all, [field]: order }), seen) };
}

/** The user gives up what they changed in a field. */
export function takeTheirs({ draft, seen }: OrderEditing, field: DraftField): OrderEditing {
  const { [field]: _draft, ...others } = draft;
  const { [field]: _seen, ...othersSeen } = seen;
  return { draft: others, seen: othersSeen };
}

/** The user has read what others made of the order, and stays with what they changed. */
export function keepMine({ draft }: OrderEditing, order: SeenFields): OrderEditing {
  return edit({ draft, seen: {} }, order, draft);
}

/** The changed fields that others have changed meanwhile, to something else than the user did. */
export function overtaken({ draft, seen }: OrderEditing, order: SeenFields): readonly Overtaken[] {
  return fields
    .filter((field) => {
      const before = seen[field];
      if (before === undefined) return false;
      const now = valueOf(order, draft, field);
      return now !== valueOf(before, draft, field) && now !== draftedValue(order, draft, field);
    })
    .map((field) => ({ field, label: labels[field], theirs: valueOf(order, draft, field) }));
}

function draftedValue(order: SeenFields, draft: OrderDraft, field: DraftField): string {
  return field === 'quantities' ? linesText(draftLines(order, draft), draft) : (draft[field] ?? '');
}

function valueOf(order: SeenFields, draft: OrderDraft, field: DraftField): string {
  return field === 'quantities' ? linesText(order.lines, draft) : order[field];
}

/** Only of the lines that the draft is about: of any other both changes fit together. */
function linesText(lines: Basket, { quantities = {} }: OrderDraft): string {
  return lines
    .filter(({ sku }) => quantities[sku] !== undefined)
    .map(({ qty, name }) => `${qty} × ${name}`)
    .join(', ');
}

import type { AppProps } from '@testudo/fabric';
import { useState } from 'react';

import { afterSaving } from './after-saving.ts';
import { draftChanges } from './order-draft.ts';
import type { OrderDraft } from './order-draft.ts';
import { edit, keepMine, noEditing, overtaken, takeTheirs } from './order-editing.ts';
import type { DraftField, OrderEditing, Overtaken } from './order-editing.ts';
import type { Order } from './order.ts';
import { plainError } from './plain-error.ts';
import type { PlainError } from './plain-error.ts';
import { draftOf } from './refused-orders.ts';
import type { RefusedOrder } from './refused-orders.ts';
import { saveOrder } from './save-order.ts';

/** An order being changed: the draft, what others changed meanwhile, and what can be done about both. */
export interface OrderEditor {
  readonly draft: OrderDraft;
  readonly overtaken: readonly Overtaken[];
  readonly isSaving: boolean;
  readonly canSave: boolean;
  readonly error: PlainError | null;
  change(changes: OrderDraft): void;
  takeTheirs(field: DraftField): void;
  /** Saves what was changed; nothing while others have changed the same. */
  save(): void;
  /** Saves over what others changed and the user has seen. */
  saveMine(): void;
}

/** A refused change that is being edited again. */
export interface Repair {
  readonly again: RefusedOrder | null;
  /** called once what came of it is durable on this device */
  readonly onRepaired: (again: RefusedOrder) => void;
}

/** Keeps a draft of an order and saves it on the version that the user saw; begins with what was refused. */
export function useOrderEditing(app: AppProps, order: Order, { again, onRepaired }: Repair): OrderEditor {
  const [editing, setEditing] = useState<OrderEditing>(() =>
    again === null ? noEditing : edit(noEditing, order, draftOf(again)),
  );
  const [error, setError] = useState<PlainError | null>(null);
  const [isSaving, setSaving] = useState(false);
  const others = overtaken(editing, order);
  const canSave = !isSaving && others.length === 0 && Object.keys(draftChanges(order, editing.draft)).length > 0;

  const save = async (wanted: OrderEditing) => {
    setSaving(true);
    setError(null);
    try {
      const saved = await saveOrder(app.models.get('order'), order, wanted);
      setEditing(noEditing);
      app.shell.announce('Changes saved on this device');
      if (again !== null) onRepaired(again);
      void afterSaving(app.models, saved).then(setError);
    } catch (cause) {
      setError(plainError(cause));
    } finally {
      setSaving(false);
    }
  };

  return {
    draft: editing.draft,
    overtaken: others,
    isSaving,
    canSave,
    // others' change is shown with its own words and ways out
    error: error?.code === 'CONFLICT' && others.length > 0 ? null : error,
    change: (changes) => setEditing((former) => edit(former, order, changes)),
    takeTheirs: (field) => {
      setError(null);
      setEditing((former) => takeTheirs(former, field));
    },
    save: () => void (canSave && save(editing)),
    saveMine: () => {
      const mine = keepMine(editing, order);
      setEditing(mine);
      void save(mine);
    },
  };
}

import type { AppProps } from '@testudo/fabric';
import { useState } from 'react';
import type { FormEvent } from 'react';

import { BasketLines } from './basket-lines.tsx';
import type { BasketAction } from './basket.ts';
import { ErrorNotice } from './error-notice.tsx';
import { draftChanges, draftLines } from './order-draft.ts';
import type { OrderDraft } from './order-draft.ts';
import type { Order } from './order.ts';
import { plainError } from './plain-error.ts';
import type { PlainError } from './plain-error.ts';

/** Changes an order's lines, address and note; what others change meanwhile shows where the user changed nothing. */
export function OrderForm({ app, order }: { readonly app: AppProps; readonly order: Order }) {
  const [draft, setDraft] = useState<OrderDraft>({});
  const [error, setError] = useState<PlainError | null>(null);
  const [isSaving, setSaving] = useState(false);
  const changes = draftChanges(order, draft);
  const isChanged = Object.keys(changes).length > 0;

  const save = async () => {
    setSaving(true);
    setError(null);
    try {
      const saved = await app.models.get('order').update(order.id, changes);
      saved.synced().catch((cause: unknown) => setError(plainError(cause)));
      setDraft({});
      app.shell.announce('Changes saved on this device');
    } catch (cause) {
      setError(plainError(cause));
    } finally {
      setSaving(false);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isChanged) void save();
  };

  return (
    <form className="t-stack" onSubmit={submit}>
      <BasketLines
        basket={draftLines(order, draft)}
        locale={app.platform.locale}
        onChange={(action) => setDraft({ ...draft, quantities: { ...draft.quantities, ...quantityOf(action) } })}
      />
      <label className="t-field">
        <span className="t-field__label">Send it to</span>
        <input
          className="t-input"
          data-testid="order-address"
          value={draft.address ?? order.address}
          onChange={({ target }) => setDraft({ ...draft, address: target.value })}
        />
      </label>
      <label className="t-field">
        <span className="t-field__label">Note</span>
        <textarea
          className="t-input"
          data-testid="order-note"
          rows={2}
          value={draft.note ?? order.note}
          onChange={({ target }) => setDraft({ ...draft, note: target.value })}
        />
      </label>
      {error !== null && <ErrorNotice error={error} />}
      <button
        type="submit"
        className="t-button t-button--primary"
        data-testid="save-order"
        disabled={!isChanged || isSaving}
      >
        {isSaving ? 'Saving…' : 'Save changes'}
      </button>
    </form>
  );
}

function quantityOf(action: BasketAction): { readonly [sku: string]: number } {
  if (action.type === 'quantity') return { [action.sku]: action.qty };
  return action.type === 'remove' ? { [action.sku]: 0 } : {};
}

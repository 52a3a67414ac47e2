import type { AppProps } from '@testudo/fabric';
import { useRef } from 'react';
import type { FormEvent } from 'react';

import { BasketLines } from './basket-lines.tsx';
import type { BasketAction } from './basket.ts';
import { ErrorNotice } from './error-notice.tsx';
import { draftLines } from './order-draft.ts';
import type { Order } from './order.ts';
import { OvertakenNotice } from './overtaken-notice.tsx';
import { useOrderEditing } from './use-order-editing.ts';
import type { Repair } from './use-order-editing.ts';

interface OrderFormProps extends Repair {
  readonly app: AppProps;
  readonly order: Order;
}

/** Changes an order's lines, address and note; what others change meanwhile shows where the user changed nothing. */
export function OrderForm({ app, order, ...repair }: OrderFormProps) {
  const editor = useOrderEditing(app, order, repair);
  const { draft, isSaving } = editor;
  const address = useRef<HTMLInputElement>(null);
  const saveButton = useRef<HTMLButtonElement>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    editor.save();
  };

  return (
    <form className="t-stack" onSubmit={submit}>
      <BasketLines
        basket={draftLines(order, draft)}
        locale={app.platform.locale}
        isFixed={order.isFixed}
        onChange={(action) => editor.change({ quantities: { ...draft.quantities, ...quantityOf(action) } })}
        onLastRemoved={() => address.current?.focus()}
      />
      <label className="t-field">
        <span className="t-field__label">Send it to</span>
        <input
          ref={address}
          className="t-input"
          data-testid="order-address"
          readOnly={order.isFixed}
          value={order.isFixed ? order.address : (draft.address ?? order.address)}
          onChange={({ target }) => editor.change({ address: target.value })}
        />
      </label>
      <label className="t-field">
        <span className="t-field__label">Note</span>
        <textarea
          className="t-input"
          data-testid="order-note"
          rows={2}
          readOnly={order.status === 'CANCELED'}
          value={draft.note ?? order.note}
          onChange={({ target }) => editor.change({ note: target.value })}
        />
      </label>
      {editor.overtaken.map((overtaken) => (
        <OvertakenNotice
          key={overtaken.field}
          overtaken={overtaken}
          onTakeTheirs={() => {
            saveButton.current?.focus();
            editor.takeTheirs(overtaken.field);
          }}
          onSaveMine={() => {
            saveButton.current?.focus();
            editor.saveMine();
          }}
        />
      ))}
      {editor.error !== null && <ErrorNotice error={editor.error} />}
      {/* not `disabled`: a button that has the focus would lose it */}
      <button
        ref={saveButton}
        type="submit"
        className="t-button t-button--primary"
        data-testid="save-order"
        aria-disabled={!editor.canSave}
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

import type { AppProps } from '@testudo/fabric';
import { useState } from 'react';
import type { FormEvent } from 'react';

import { afterSaving } from './after-saving.ts';
import type { Basket } from './basket.ts';
import { ErrorNotice } from './error-notice.tsx';
import type { PlainError } from './plain-error.ts';
import { placeOrder } from './place-order.ts';
import { plainError } from './plain-error.ts';
import { recall } from './preference.ts';
import { draftOf } from './refused-orders.ts';
import type { RefusedOrder } from './refused-orders.ts';

interface CheckoutFormProps {
  readonly app: AppProps;
  readonly basket: Basket;
  /** an order that was refused, to be placed again */
  readonly again: RefusedOrder | null;
  /** called once the order is durable on this device */
  readonly onPlaced: (id: string) => void;
}

/** Address and note, and the button that makes an order of the basket. */
export function CheckoutForm({ app, basket, again, onPlaced }: CheckoutFormProps) {
  const former = again === null ? {} : draftOf(again);
  const [shippingAddress, setAddress] = useState(() => former.address ?? recall(app.platform.storage, 'address'));
  const [note, setNote] = useState(former.note ?? '');
  const [isPlacing, setPlacing] = useState(false);
  const [error, setError] = useState<PlainError | null>(null);

  const place = async () => {
    setPlacing(true);
    setError(null);
    try {
      const placed = await placeOrder(app, { basket, note, shippingAddress });
      setNote('');
      onPlaced(placed.state.id);
      void afterSaving(app.models, placed).then(setError);
    } catch (cause) {
      setError(plainError(cause));
    } finally {
      setPlacing(false);
    }
  };
  const canPlace = !isPlacing && basket.length > 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (canPlace) void place();
  };

  return (
    <form className="t-stack" onSubmit={submit}>
      {basket.length > 0 && (
        <>
          <label className="t-field">
            <span className="t-field__label">Send it to</span>
            <input
              className="t-input"
              name="shippingAddress"
              autoComplete="street-address"
              data-testid="order-address-new"
              value={shippingAddress}
              onChange={({ target }) => setAddress(target.value)}
            />
          </label>
          <label className="t-field">
            <span className="t-field__label">Note</span>
            <input
              className="t-input"
              name="note"
              placeholder="For the warehouse, if you like"
              data-testid="order-note-new"
              // oxlint-disable-next-line jsx-a11y/no-autofocus -- the user has just asked to edit it
              autoFocus={again !== null}
              value={note}
              onChange={({ target }) => setNote(target.value)}
            />
          </label>
        </>
      )}
      {error !== null && <ErrorNotice error={error} />}
      {/* not `disabled`: a button that has the focus would lose it */}
      <button type="submit" className="t-button t-button--primary" data-testid="place-order" aria-disabled={!canPlace}>
        {isPlacing ? 'Saving…' : 'Place order'}
      </button>
    </form>
  );
}

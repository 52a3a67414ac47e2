import type { AppProps } from '@testudo/fabric';
import { useState } from 'react';
import type { FormEvent } from 'react';

import type { Basket } from './basket.ts';
import { ErrorNotice } from './error-notice.tsx';
import type { PlainError } from './plain-error.ts';
import { plainError } from './plain-error.ts';

interface CheckoutFormProps {
  readonly app: AppProps;
  readonly basket: Basket;
  /** called once the order is durable on this device */
  readonly onPlaced: (id: string) => void;
}

/** Address and note, and the button that makes an order of the basket. */
export function CheckoutForm({ app, basket, onPlaced }: CheckoutFormProps) {
  const [shippingAddress, setAddress] = useState(app.platform.storage.get('address') ?? '');
  const [note, setNote] = useState('');
  const [isPlacing, setPlacing] = useState(false);
  const [error, setError] = useState<PlainError | null>(null);

  const place = async () => {
    setPlacing(true);
    setError(null);
    try {
      const placed = await app.models.get('order').create({ orderItems: basket, note, shippingAddress });
      app.platform.storage.set('address', shippingAddress);
      app.shell.announce('Order saved on this device');
      placed.synced().then(
        () => app.shell.announce('Order synced'),
        (cause: unknown) => setError(plainError(cause)),
      );
      setNote('');
      onPlaced(placed.state.id);
    } catch (cause) {
      setError(plainError(cause));
    } finally {
      setPlacing(false);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void place();
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
              value={note}
              onChange={({ target }) => setNote(target.value)}
            />
          </label>
        </>
      )}
      {error !== null && <ErrorNotice error={error} />}
      <button
        type="submit"
        className="t-button t-button--primary"
        data-testid="place-order"
        disabled={isPlacing || basket.length === 0}
      >
        {isPlacing ? 'Saving…' : 'Place order'}
      </button>
    </form>
  );
}

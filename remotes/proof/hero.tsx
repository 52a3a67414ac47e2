import type { MouseEvent } from 'react';

import { ActResult } from './act-result.tsx';
import type { ActContext } from './acts/act.ts';
import { placeOrder } from './acts/place-order.ts';
import { Formation } from './formation.tsx';
import { useAct } from './use-act.ts';

/** The claim in one line, and the first two things to do about it. */
export function Hero({ context }: { readonly context: Omit<ActContext, 'say'> }) {
  const [status, run] = useAct(context);
  const { shell } = context.app;
  const openShop = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    shell.navigate('/store');
  };
  return (
    <header className="proof-hero">
      <Formation />
      <div className="proof-hero__text t-page">
        <h1 tabIndex={-1}>
          <span>One order. One build.</span> <span>Running here and on the server.</span>
        </h1>
        <p className="proof-hero__lead">
          What an order is, and what may become of it, is one file. This tab runs it, the server runs the same bytes,
          and a second device hears of every change. Everything below is reported by those hosts as it happens.
        </p>
        <div className="t-row">
          <button
            type="button"
            className="t-button proof-hero__button"
            data-testid="act-place"
            disabled={status.phase === 'running'}
            onClick={() => run(placeOrder)}
          >
            Place an order
          </button>
          <a href="/store" className="t-button proof-hero__link" onClick={openShop}>
            Open the shop
          </a>
        </div>
        <ActResult act="place" status={status} />
      </div>
    </header>
  );
}

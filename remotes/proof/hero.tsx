import type { MouseEvent } from 'react';

import { ActResult } from './act-result.tsx';
import type { ActContext } from './acts/act.ts';
import { placeOrder } from './acts/place-order.ts';
import { EvidenceLinks } from './evidence-links.tsx';
import { evidence } from './evidence.ts';
import { Formation } from './formation.tsx';
import { useAct } from './use-act.ts';

/** The claim in one line, and the first two things to do about it. */
export function Hero({ context, isDemo }: { readonly context: Omit<ActContext, 'say'>; readonly isDemo: boolean }) {
  const [status, run] = useAct(context);
  const { shell } = context.app;
  const isRunning = status.phase === 'running';
  const showActs = () => {
    const heading = document.getElementById('proof-acts');
    heading?.focus({ preventScroll: true });
    heading?.scrollIntoView({ block: 'start' });
  };
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
          The rules of an order are usually written twice: for the browser, and again for the server. Here they are one
          file, and the three below run the same bytes of it. Place an order and watch it arrive; then try to break it.
        </p>
        <div className="t-row">
          <button
            type="button"
            className="t-button proof-hero__button"
            data-testid="act-place"
            aria-disabled={isRunning}
            onClick={() => !isRunning && run(placeOrder)}
          >
            Place an order
          </button>
          <button type="button" className="t-button proof-hero__link" onClick={showActs}>
            Try to break it
          </button>
          <a href="/store" className="t-button proof-hero__link" onClick={openShop}>
            Open the shop
          </a>
          {isDemo && <EvidenceLinks of={evidence.place} act="Place an order" />}
        </div>
        <ActResult act="place" status={status} />
      </div>
    </header>
  );
}

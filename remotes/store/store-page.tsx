import type { AppProps } from '@testudo/fabric';
import { useMemo, useState } from 'react';

import { BasketPanel } from './basket-panel.tsx';
import { Edition, isAutumn } from './edition.tsx';
import { OrderSection } from './order-section.tsx';
import { toOrder } from './order.ts';
import { ProductGrid } from './product-grid.tsx';
import { toProduct } from './product.ts';
import { useBasket } from './use-basket.ts';
import { useOnline, useStates, useSync } from './use-models.ts';
import { useOrderAgain } from './use-order-again.ts';
import { useRefused } from './use-refused.ts';

/** The whole shop: products and a basket, then the user's orders. */
export function StorePage({ app }: { readonly app: AppProps }) {
  const { models, events, platform, shell } = app;
  const isOnline = useOnline(shell, events);
  const [basket, changeBasket] = useBasket(platform.storage);
  const [placedId, setPlacedId] = useState<string | null>(null);
  const products = useStates(models, 'inventory')?.map(toProduct) ?? null;
  const orderStates = useStates(models, 'order');
  const sync = useSync(models);
  const acts = useRefused(models, sync);
  const orders = useMemo(
    () =>
      orderStates?.filter(({ deleted }) => !deleted).map((state) => toOrder(state, sync?.of('order', state.id))) ??
      null,
    [orderStates, sync],
  );
  const newAgain = useOrderAgain(orders, acts.again, changeBasket);

  return (
    <div className="store t-page" data-edition={isAutumn ? 'autumn' : 'usual'}>
      <Edition />
      <header className="store-header">
        <h1 tabIndex={-1}>The shop</h1>
        <p className="t-muted">Every order is kept on this device first, and sent when there is a network.</p>
      </header>
      <div className="store-columns">
        <ProductGrid
          products={products}
          basket={basket}
          locale={platform.locale}
          isOnline={isOnline}
          onChange={changeBasket}
        />
        <BasketPanel
          app={app}
          basket={basket}
          placed={orders?.find(({ id }) => id === placedId) ?? null}
          onChange={changeBasket}
          again={newAgain}
          onPlaced={(id) => {
            setPlacedId(id);
            if (newAgain !== null) acts.dismiss(newAgain);
          }}
        />
      </div>
      <OrderSection app={app} orders={orders} acts={acts} />
      <footer className="store-footer t-muted t-small" data-testid="store-build">
        build {__TESTUDO_BUILD__}
      </footer>
    </div>
  );
}

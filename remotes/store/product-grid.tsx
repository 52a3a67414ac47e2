import type { Dispatch } from 'react';

import { BasketBar } from './basket-bar.tsx';
import type { Basket, BasketAction } from './basket.ts';
import { EmptyShelves } from './empty-shelves.tsx';
import { ProductCard } from './product-card.tsx';
import type { Product } from './product.ts';

interface ProductGridProps {
  /** `null` until they are known */
  readonly products: readonly Product[] | null;
  readonly basket: Basket;
  readonly locale: string;
  readonly isOnline: boolean;
  readonly onChange: Dispatch<BasketAction>;
}

/** All products, as cards. */
export function ProductGrid({ products, basket, locale, isOnline, onChange }: ProductGridProps) {
  return (
    <section aria-labelledby="store-products" className="t-stack">
      <h2 id="store-products">Products</h2>
      {products === null || products.length === 0 ? (
        <EmptyShelves text={products === null ? 'Reading the shelves…' : nothingYet(isOnline)} />
      ) : (
        <ul className="store-products">
          {products.map((product) => (
            <ProductCard
              key={product.id}
              product={product}
              inBasket={basket.find(({ sku }) => sku === product.sku)?.qty ?? 0}
              locale={locale}
              onAdd={() => onChange({ type: 'add', product })}
            />
          ))}
        </ul>
      )}
      {basket.length > 0 && <BasketBar basket={basket} locale={locale} />}
    </section>
  );
}

function nothingYet(isOnline: boolean): string {
  return isOnline
    ? 'No products yet. They appear here as soon as the server has some.'
    : 'No products are on this device yet. They come with the first connection to the server.';
}

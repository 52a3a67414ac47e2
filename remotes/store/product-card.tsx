import { formatCents } from './money.ts';
import { ProductArt } from './product-art.tsx';
import type { Product } from './product.ts';

interface ProductCardProps {
  readonly product: Product;
  readonly inBasket: number;
  readonly locale: string;
  readonly onAdd: () => void;
}

/** One product with its price, its stock and a button that adds it. */
export function ProductCard({ product, inBasket, locale, onAdd }: ProductCardProps) {
  const isOut = product.stock <= 0;
  return (
    <li className="store-product" data-testid="product" data-sku={product.sku}>
      <ProductArt sku={product.sku} accent={product.accent} />
      <div className="store-product__text">
        <h3>{product.name}</h3>
        <p className="t-muted t-small">{product.description}</p>
      </div>
      <div className="store-product__foot">
        <span className="store-price t-number">{formatCents(product.priceCents, locale)}</span>
        <span className="t-muted t-small">{isOut ? 'sold out' : `${product.stock} in stock`}</span>
        <button
          type="button"
          className="t-button t-button--small store-product__add"
          data-testid={`add-${product.sku}`}
          disabled={isOut}
          onClick={onAdd}
        >
          Add<span className="t-visually-hidden"> {product.name} to the basket</span>
          {inBasket > 0 && <span className="store-product__count t-number"> · {inBasket}</span>}
        </button>
      </div>
    </li>
  );
}

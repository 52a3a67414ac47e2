import type { CSSProperties } from 'react';

import { pictureOf } from './product-pictures.ts';

/** A product's picture in its own colour. Decoration: it says nothing that the text does not. */
export function ProductArt({ sku, accent }: { readonly sku: string; readonly accent: string }) {
  const style = accent === '' ? {} : ({ '--store-product': accent } as CSSProperties);
  return (
    <div className="store-art" style={style} aria-hidden="true">
      <svg viewBox="0 0 120 120" focusable="false">
        {pictureOf(sku).map(({ tone, path }) => (
          <path key={path} className={`store-art__${tone}`} d={path} />
        ))}
      </svg>
    </div>
  );
}

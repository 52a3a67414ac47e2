import type { CSSProperties } from 'react';

const shield = 'M20 6 H60 Q66 6 66 12 V74 Q66 94 40 106 Q14 94 14 74 V12 Q14 6 20 6 Z';

/** Four plain devices, as painted on shields; a product keeps the one that its stock-keeping unit leads to. */
const devices: readonly string[] = [
  'M40 6 V106 M14 56 H66',
  'M14 30 L40 12 L66 30 M14 50 L40 32 L66 50 M14 70 L40 52 L66 70 M18 88 L40 72 L62 88',
  'M40 56 L40 6 M40 56 L66 30 M40 56 L66 80 M40 56 L40 106 M40 56 L14 80 M40 56 L14 30',
  'M14 28 H66 M14 42 H66 M14 70 H66 M16 84 H64',
];

/** A shield in the product's own colour. Decoration: it says nothing that the text does not. */
export function ProductArt({ sku, accent }: { readonly sku: string; readonly accent: string }) {
  const style = accent === '' ? {} : ({ '--store-product': accent } as CSSProperties);
  return (
    <div className="store-art" style={style} aria-hidden="true">
      <svg viewBox="0 0 80 112" focusable="false">
        <path className="store-art__shield" d={shield} />
        <path className="store-art__device" d={devices[deviceOf(sku)]} />
        <circle className="store-art__boss" cx="40" cy="56" r="10" />
        <path className="store-art__rim" d={shield} />
      </svg>
    </div>
  );
}

function deviceOf(sku: string): number {
  return [...sku].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % devices.length;
}

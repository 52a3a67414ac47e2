import type { CSSProperties } from 'react';

const shield = 'M20 6 H60 Q66 6 66 12 V74 Q66 94 40 106 Q14 94 14 74 V12 Q14 6 20 6 Z';

/** Four plain devices, as painted on shields; a product keeps the one that its stock-keeping unit leads to. */
const devices: readonly string[] = [
  'M40 6 V106 M14 46 H66 M14 20 L66 72 M66 20 L14 72',
  'M14 28 L40 10 L66 28 M14 40 L40 22 L66 40 M14 66 L40 48 L66 66 M14 78 L40 60 L66 78',
  'M40 46 m-20 0 a20 20 0 1 0 40 0 a20 20 0 1 0 -40 0 M40 6 V26 M40 66 V106 M14 46 H20 M60 46 H66',
  'M14 18 H66 M14 28 H66 M14 64 H66 M14 74 H66',
];

/** A shield in the product's own colour. Decoration: it says nothing that the text does not. */
export function ProductArt({ sku, accent }: { readonly sku: string; readonly accent: string }) {
  const style = accent === '' ? {} : ({ '--store-product': accent } as CSSProperties);
  return (
    <div className="store-art" style={style} aria-hidden="true">
      <svg viewBox="0 0 80 112" focusable="false">
        <path className="store-art__shield" d={shield} />
        <path className="store-art__device" d={devices[deviceOf(sku)]} />
        <circle className="store-art__boss" cx="40" cy="46" r="9" />
        <circle className="store-art__umbo" cx="40" cy="46" r="5" />
        <path className="store-art__rim" d={shield} />
      </svg>
    </div>
  );
}

function deviceOf(sku: string): number {
  return [...sku].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % devices.length;
}

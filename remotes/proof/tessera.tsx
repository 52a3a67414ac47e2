import { tessera } from './build-seal.ts';

/** A digest as a small mosaic: two that are equal can be seen to be equal. Empty without a digest. */
export function Tessera({ digest }: { readonly digest: string }) {
  const stones = digest === '' ? [] : tessera(digest);
  return (
    <svg className="proof-tessera" viewBox="0 0 60 60" aria-hidden="true" focusable="false">
      {stones.map((row, y) =>
        row.map(
          (tone, x) =>
            tone > 0 && (
              <rect
                key={`${x}.${y}`}
                data-tone={tone}
                x={x * 10 + 0.75}
                y={y * 10 + 0.75}
                width="8.5"
                height="8.5"
                rx="1"
              />
            ),
        ),
      )}
    </svg>
  );
}

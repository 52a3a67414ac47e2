const rows = [0, 1, 2, 3];
const columns = [0, 1, 2, 3, 4, 5, 6, 7];
const shield = 'M8 2 H64 Q70 2 70 8 V92 Q70 98 64 98 H8 Q2 98 2 92 V8 Q2 2 8 2 Z M36 2 V98 M2 50 H70 M36 38 A12 12 0 1 1 35.9 38 Z';

/** Shields locked into one shell, row over row. Decoration, and still. */
export function Formation() {
  return (
    <svg className="proof-formation" viewBox="0 0 612 352" preserveAspectRatio="xMaxYMid slice" aria-hidden="true" focusable="false">
      {rows.map((row) =>
        columns.map((column) => (
          <path key={`${row}.${column}`} d={shield} transform={`translate(${column * 76 + (row % 2) * 38 - 20} ${row * 84})`} />
        )),
      )}
    </svg>
  );
}

const rows = [0, 1, 2, 3, 4];
const columns = [0, 1, 2, 3, 4, 5, 6, 7, 8];
const shield = 'M3 0 H77 V74 Q77 84 68 88 L40 98 L12 88 Q3 84 3 74 Z';
const device = 'M40 10 V88 M12 46 H68';

/** Shields held over heads, each row over the next: the formation that the product is named for. Decoration, and still. */
export function Formation() {
  return (
    <svg
      className="proof-formation"
      viewBox="0 0 640 340"
      preserveAspectRatio="xMaxYMid slice"
      aria-hidden="true"
      focusable="false"
    >
      {[...rows].reverse().map((row) => (
        <g key={row} transform={`translate(${row % 2 === 0 ? -40 : -80} ${row * 70 - 24})`}>
          {columns.map((column) => (
            <g key={column} transform={`translate(${column * 80} 0)`} data-shade={(row * 5 + column * 3) % 7}>
              <path className="proof-formation__shield" d={shield} />
              <path className="proof-formation__device" d={device} />
              <circle className="proof-formation__boss" cx="40" cy="46" r="9" />
            </g>
          ))}
        </g>
      ))}
    </svg>
  );
}

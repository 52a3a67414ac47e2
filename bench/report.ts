import { execFileSync } from 'node:child_process';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';

import type { Row } from './measure.ts';

/** The row as `--json` prints it: the same fields as those of `npm run size -- --json`. */
export type PlainRow = Omit<Row, 'spread'>;

interface Column {
  readonly title: string;
  readonly text: (row: Row) => string;
  readonly isNumber?: true;
}

/** Three significant digits, and thousands told apart. */
function amount(value: number): string {
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value) || 1)));
  return Number(value.toPrecision(3)).toLocaleString('en-GB', { maximumFractionDigits: digits });
}

function limitText({ limit, ratio, unit }: Row): string {
  if (limit === null) return '';
  if (ratio === null) return `≤ ${limit} ${unit}`;
  return unit.endsWith('/s') ? `≥ ${limit} x` : `≤ ${limit} x`;
}

const columns: readonly Column[] = [
  { title: 'what', text: ({ name }) => name },
  { title: 'median', text: ({ value }) => amount(value), isNumber: true },
  { title: 'unit', text: ({ unit }) => unit },
  { title: 'spread', text: ({ spread }) => `±${Math.round((spread * 100) / 2)} %`, isNumber: true },
  { title: 'beside', text: ({ peer }) => peer ?? '' },
  { title: 'ratio', text: ({ ratio }) => (ratio === null ? '' : `${amount(ratio)} x`), isNumber: true },
  { title: 'limit', text: limitText },
  { title: '', text: ({ limit, ok }) => (limit === null ? '' : ok ? 'ok' : 'MISSED') },
];

/** The rows without their spread, as one JSON array. */
export function asJson(rows: readonly Row[]): string {
  const plain = rows.map(({ name, value, unit, limit, peer, ratio, ok }): PlainRow => ({
    name,
    value,
    unit,
    limit,
    peer,
    ratio,
    ok,
  }));
  return JSON.stringify(plain);
}

/** The rows as a table for a terminal. */
export function asTable(rows: readonly Row[]): string {
  const lines = [columns.map(({ title }) => title), ...rows.map((row) => columns.map(({ text }) => text(row)))];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)));
  const pad = (cell: string, index: number): string =>
    columns[index]?.isNumber ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0);
  return lines.map((line) => line.map(pad).join('  ').trimEnd()).join('\n');
}

function markdownTable(rows: readonly Row[]): string {
  const cells = (texts: readonly string[]): string => `| ${texts.join(' | ')} |`;
  const rule = columns.map(({ isNumber }) => (isNumber ? '---:' : '---'));
  const body = rows.map((row) => cells(columns.map(({ text }) => text(row))));
  return [cells(columns.map(({ title }) => title)), cells(rule), ...body].join('\n');
}

function sizeTable(): string {
  const args = [join(import.meta.dirname, 'size.ts')];
  try {
    return execFileSync(process.execPath, args, { encoding: 'utf8' }).trimEnd();
  } catch (error) {
    // It ends with 1 when a size is over its budget; what it printed says which.
    const { stdout } = error as { readonly stdout?: string };
    return stdout === undefined || stdout === '' ? 'no sizes: run "npm run build" first' : stdout.trimEnd();
  }
}

function machine(): string {
  const [first] = cpus();
  const cores = `${cpus().length} x ${first?.model.trim() ?? 'unknown processor'}`;
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  const load = loadavg()
    .map((value) => value.toFixed(1))
    .join(', ');
  return [
    `- ${cores}, ${gigabytes} GiB, ${process.platform} ${process.arch}`,
    `- Node ${process.version}`,
    `- ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    `- load average at the end of the run: ${load} (above the number of cores, others were at work on the machine)`,
  ].join('\n');
}

/** `docs/measurements.md` as a whole. */
export function asMarkdown(rows: readonly Row[], notes: readonly string[]): string {
  return `# Measurements

Written by \`npm run bench -- --markdown\` and not by hand. Each row was measured beside its peer in the same run, in turns
(ours, peer, ours, peer …, 7 to 11 rounds after one that warms up). The median is told; half of the rounds lie within the
spread. A ratio is ours over the peer's. A row that misses its limit says so, and is a finding, not an error of the run.

## Machine

${machine()}

## Speed

${markdownTable(rows)}
${notes.map((note) => `\n${note}\n`).join('')}
## Sizes

Gzip bytes, by \`npm run size\`.

\`\`\`
${sizeTable()}
\`\`\`
`;
}

import { TestudoError } from '../error.ts';

/** Bytes of JSON that an op, or the state of an object, may take: it fits into one message with all that goes around it. */
export const maxRecordBytes: number = 256 * 1024;
/** Levels that the JSON of an op, or of a state, may nest, its own record being the first. */
export const maxRecordDepth: number = 24;

interface Extent {
  /** no fewer than the JSON takes: each character may be escaped */
  bytes: number;
  depth: number;
}

function measure(value: unknown, depth: number, extent: Extent): void {
  if (typeof value === 'string') extent.bytes += 6 * value.length + 2;
  else if (typeof value !== 'object' || value === null) extent.bytes += 25;
  else {
    extent.depth = Math.max(extent.depth, depth);
    if (depth > maxRecordDepth) return;
    for (const key of Object.keys(value)) {
      extent.bytes += 6 * key.length + 4;
      measure((value as { readonly [key: string]: unknown })[key], depth + 1, extent);
    }
  }
}

/**
 * Why a plain record is too big to be kept and sent, or `null`: `TOO_LARGE` beyond 256 KiB of JSON, `TOO_DEEP` beyond
 * 24 levels.
 * @param what begins the message
 */
export function excess(what: string, record: object): TestudoError | null {
  const extent: Extent = { bytes: 0, depth: 0 };
  measure(record, 1, extent);
  if (extent.depth > maxRecordDepth) {
    return new TestudoError('TOO_DEEP', `${what} nests deeper than ${maxRecordDepth} levels; make it flatter`);
  }
  if (extent.bytes <= maxRecordBytes) return null;
  const bytes = new TextEncoder().encode(JSON.stringify(record)).length;
  if (bytes <= maxRecordBytes) return null;
  return new TestudoError(
    'TOO_LARGE',
    `${what} takes ${bytes} bytes as JSON, at most ${maxRecordBytes} are kept; split it, or keep its bulk elsewhere`,
  );
}

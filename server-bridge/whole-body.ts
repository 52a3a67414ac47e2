import { hasCode, TestudoError } from '@testudo/fabric/error';

/** The most that a fetched file may have, unless it is said to have less. */
export const MAX_FILE_BYTES: number = 16 * 1024 * 1024;
/** How long a fetch may take, body and all. */
export const FETCH_TIMEOUT_MS: number = 10_000;

/**
 * A body as it comes in, whatever length it was said to have.
 * @throws TestudoError `TOO_LARGE` beyond `maxBytes`, `LOAD_FAILED` when it breaks off
 */
export async function wholeBody(
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  url: string,
  maxBytes: number = MAX_FILE_BYTES,
): Promise<ArrayBuffer> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of body) {
      sizeBytes += chunk.byteLength;
      if (sizeBytes > maxBytes) throw new TestudoError('TOO_LARGE', `${url} has more than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
  } catch (cause) {
    if (hasCode(cause)) throw cause;
    throw new TestudoError('LOAD_FAILED', `${url} broke off`, { cause });
  }
  const bytes = new Uint8Array(sizeBytes);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes.buffer;
}

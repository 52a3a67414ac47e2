import { hasCode, TestudoError } from '@testudo/fabric/error';

/** How long an origin may send nothing. */
const silentMs = 15_000;
/** How long one file may take, however busily it drips. */
const wholeMs = 120_000;
/** What one file of a build may have: an origin that sends without end must not fill this device's memory. */
const mostBytes = 16 * 1024 * 1024;

/**
 * Bytes of a remote's file, without credentials for other origins.
 * @param maxBytes more are not read; default 16 MiB
 * @param cache what the browser's cache may give; by itself nothing that the origin was not asked about
 * @throws TestudoError `LOAD_FAILED`, also when nothing comes for 15 s or not all within two minutes; `TOO_LARGE`
 */
export async function fetchBytes(
  url: string,
  maxBytes = mostBytes,
  cache: RequestCache = 'no-cache',
): Promise<ArrayBuffer> {
  const aborter = new AbortController();
  const abort = (): void => aborter.abort();
  let silence = setTimeout(abort, silentMs);
  const whole = setTimeout(abort, wholeMs);
  const heard = (): void => {
    clearTimeout(silence);
    silence = setTimeout(abort, silentMs);
  };
  try {
    const response = await fetch(url, { cache, signal: aborter.signal });
    if (!response.ok)
      throw new TestudoError('LOAD_FAILED', `${url} answered ${response.status}; is the build still there?`);
    return await readAll(response, { url, maxBytes, heard });
  } catch (cause) {
    abort();
    if (hasCode(cause)) throw cause;
    throw new TestudoError(
      'LOAD_FAILED',
      `${url} could not be fetched; is its server up and does it allow this origin?`,
      { cause },
    );
  } finally {
    clearTimeout(silence);
    clearTimeout(whole);
  }
}

async function readAll(
  { body }: Response,
  { url, maxBytes, heard }: { readonly url: string; readonly maxBytes: number; heard(): void },
): Promise<ArrayBuffer> {
  const reader = body?.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    heard();
    const { done, value } = (await reader?.read()) ?? { done: true };
    if (done || !value) return joined(chunks, size);
    chunks.push(value);
    size += value.length;
    if (size > maxBytes) throw new TestudoError('TOO_LARGE', `${url} has more than the ${maxBytes} bytes it should`);
  }
}

function joined(chunks: readonly Uint8Array[], size: number): ArrayBuffer {
  const all = new Uint8Array(size);
  chunks.reduce((offset, chunk) => {
    all.set(chunk, offset);
    return offset + chunk.length;
  }, 0);
  return all.buffer;
}

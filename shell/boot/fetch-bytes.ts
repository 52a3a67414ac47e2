import { TestudoError } from '@testudo/fabric/error';

/**
 * Bytes of a remote's file, without credentials and past the HTTP cache, which may hold what was refused before.
 * @throws TestudoError `LOAD_FAILED`
 */
export async function fetchBytes(url: string): Promise<ArrayBuffer> {
  let response: Response;
  try {
    response = await fetch(url, { credentials: 'omit', cache: 'no-cache' });
  } catch (cause) {
    throw new TestudoError(
      'LOAD_FAILED',
      `${url} could not be fetched; is its server up and does it allow this origin?`,
      { cause },
    );
  }
  if (response.ok) return response.arrayBuffer();
  throw new TestudoError('LOAD_FAILED', `${url} answered ${response.status}; is the build still there?`);
}

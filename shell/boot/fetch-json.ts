import { fromWire, TestudoError } from '@testudo/fabric/error';
import type { WireError } from '@testudo/fabric/error';

/**
 * JSON of the shell's own server.
 * @throws TestudoError the reply's code, or `UNAVAILABLE` (retryable) when there was no reply
 */
export async function fetchJson(path: string, init: RequestInit = {}): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(path, { credentials: 'same-origin', ...init });
  } catch (cause) {
    throw new TestudoError('UNAVAILABLE', `${path} could not be reached; is this device online and the server up?`, {
      cause,
    });
  }
  const text = await response.text();
  const body = parsed(text, path);
  if (response.ok) return body;
  const error = (body as { error?: WireError } | null)?.error;
  throw error ? fromWire(error) : new TestudoError('UNAVAILABLE', `${path} answered ${response.status}`);
}

function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new TestudoError('UNAVAILABLE', `${path} did not answer with JSON; is this the server of the shell?`, {
      cause,
    });
  }
}

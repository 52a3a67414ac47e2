import { fromWire, TestudoError } from '@testudo/fabric/error';
import type { WireError } from '@testudo/fabric/error';

/** How long the server may take to answer; a frozen one counts as one that is not there. */
const answerMs = 10_000;

/**
 * JSON of the shell's own server.
 * @throws TestudoError the reply's code, or `UNAVAILABLE` (retryable) when there was no reply within ten seconds
 */
export async function fetchJson(path: string, init: RequestInit = {}): Promise<unknown> {
  const { response, text } = await answerOf(path, init);
  const body = parsed(text, path);
  if (response.ok) return body;
  const error = (body as { error?: WireError } | null)?.error;
  throw error ? fromWire(error) : new TestudoError('UNAVAILABLE', `${path} answered ${response.status}`);
}

async function answerOf(path: string, init: RequestInit): Promise<{ response: Response; text: string }> {
  const aborter = new AbortController();
  const timer = setTimeout(() => aborter.abort(), answerMs);
  try {
    const response = await fetch(path, { credentials: 'same-origin', signal: aborter.signal, ...init });
    return { response, text: await response.text() };
  } catch (cause) {
    throw new TestudoError('UNAVAILABLE', `${path} could not be reached; is this device online and the server up?`, {
      cause,
    });
  } finally {
    clearTimeout(timer);
  }
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

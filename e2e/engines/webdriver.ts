/** A W3C WebDriver session: commands of the protocol over HTTP. @see W3C WebDriver 2 */
export interface WebDriver {
  readonly browserVersion: string;
  /** @param path below the session, such as `/url` @throws Error what the driver answers with */
  command<Result>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<Result>;
  /** Ends the session and its browser. */
  end(): Promise<void>;
}

interface Answer {
  readonly value: unknown;
}

interface NewSession {
  readonly sessionId: string;
  readonly capabilities: { readonly browserVersion: string };
}

const patienceMs = 90_000;

async function ask<Result>(url: string, method: string, body?: object): Promise<Result> {
  const init = body === undefined ? {} : { body: JSON.stringify(body) };
  const reply = await fetch(url, { method, ...init, signal: AbortSignal.timeout(patienceMs) });
  const { value } = (await reply.json()) as Answer;
  if (reply.ok) return value as Result;
  const { error, message } = value as { readonly error: string; readonly message: string };
  throw new Error(`${method} ${new URL(url).pathname}: ${error}: ${message}`);
}

/** Opens a session at a driver. @param capabilities the browser's own */
export async function openWebDriver(driverUrl: string, capabilities: object): Promise<WebDriver> {
  const wanted = { capabilities: { alwaysMatch: { ...capabilities, timeouts: { script: 60_000, pageLoad: 60_000 } } } };
  const { sessionId, capabilities: found } = await ask<NewSession>(`${driverUrl}/session`, 'POST', wanted);
  const base = `${driverUrl}/session/${sessionId}`;
  return {
    browserVersion: found.browserVersion,
    command: (method, path, body) => ask(base + path, method, body ?? (method === 'POST' ? {} : undefined)),
    end: () => ask(base, 'DELETE'),
  };
}

import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

const attempts = 10;
const longestPauseMs = 5000;

/** What a partner tells by itself: to the server that has registered for it, as the partner's own user there. */
export interface CallBacks {
  /** @param url of the server; '' ends it */
  register(url: string): void;
  /**
   * Calls an inbound port of an order, again and again under one key until it is taken or refused for good. Resolves
   * with the last status; 0 when nobody is registered, or nobody has answered.
   */
  tell(orderId: string, port: string, news: object): Promise<number>;
}

/** Call-backs in the name of a user. @param pauseMs before the second attempt; doubles from there */
export function createCallBacks(user: string, pauseMs = 200): CallBacks {
  let server = '';
  const post = (path: string, body: object, headers: { readonly [name: string]: string }): Promise<Response> =>
    fetch(server + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(longestPauseMs),
    });
  const attempt = async (path: string, news: object, key: string): Promise<number> => {
    const session = await post('/api/session', { user }, {});
    const cookie = session.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    return (await post(path, news, { cookie, 'idempotency-key': key })).status;
  };
  return {
    register: (url) => void (server = url),
    async tell(orderId, port, news) {
      const key = randomUUID();
      for (let made = 1; server !== ''; made += 1) {
        const path = `/api/orders/${encodeURIComponent(orderId)}/${port}`;
        // a server that does not answer is on its way back, as one that answers 5xx is
        const status = await attempt(path, news, key).catch(() => 0);
        if ((status > 0 && status < 500) || made === attempts) return status;
        await delay(Math.min(longestPauseMs, pauseMs * 2 ** (made - 1)));
      }
      return 0;
    },
  };
}

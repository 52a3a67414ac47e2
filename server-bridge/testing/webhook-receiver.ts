import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** One request as it arrived. */
export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** An HTTP server that takes deliveries as it is told. */
export interface WebhookReceiver {
  /** with a path and a query, which are nobody else's business */
  readonly url: string;
  readonly origin: string;
  readonly requests: Received[];
  /** what the next requests are answered, in turn; `silence`: nothing. Then 204 */
  readonly script: (number | 'silence')[];
  close(): Promise<void>;
}

export async function webhookReceiver(): Promise<WebhookReceiver> {
  const requests: Received[] = [];
  const script: WebhookReceiver['script'] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const status = script.shift() ?? 204;
      requests.push({ headers: request.headers, body });
      if (status === 'silence') return;
      response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `${origin}/hook?key=path-secret`,
    origin,
    requests,
    script,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

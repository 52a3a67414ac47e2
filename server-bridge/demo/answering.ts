import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

/** A listener whose failures are written to the log and answered with 500: no request ends the process. */
export function answering(
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): RequestListener {
  return (request, response) => {
    response.on('error', (error) => console.error(error));
    handle(request, response).catch((error: unknown) => {
      console.error(error);
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end();
    });
  };
}

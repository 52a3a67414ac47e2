import type { EnvelopeText } from './envelope.ts';
import { linkInbox } from './link-inbox.ts';
import type { Link, LinkClosed, LinkHandlers } from './transport.ts';

/** What a `MessagePort` of a browser and one of Node have in common. */
export interface PortLike {
  postMessage(message: unknown): void;
  start(): void;
  close(): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

/** On the port: an envelope as text, or the notice that the other side closed. */
type PortMessage = string | { readonly closed: LinkClosed };

/** A link over a message port, which it owns from now on: between threads, or between a page and a worker. */
export function messagePortLink(port: PortLike): Link {
  const inbox = linkInbox(({ code, reason }) => close(code, reason));

  function close(code: number, reason: string): void {
    if (inbox.hasEnded) return;
    inbox.endedHere({ code, reason });
    port.postMessage({ closed: { code, reason } } satisfies PortMessage);
    port.close();
  }

  function receive(message: PortMessage): void {
    if (typeof message === 'string') {
      inbox.receive(message);
      return;
    }
    port.close();
    inbox.endedThere(message.closed);
  }

  port.addEventListener('message', ({ data }) => receive(data as PortMessage));
  port.start();
  return {
    send(text: EnvelopeText): void {
      if (!inbox.hasEnded) port.postMessage(text);
    },
    listen(handlers: LinkHandlers): void {
      inbox.listen(handlers);
    },
    close,
    bufferedBytes: 0,
  };
}

import type { EnvelopeText } from './envelope.ts';
import { linkInbox } from './link-inbox.ts';
import type { Link, LinkClosed, LinkHandlers } from './transport.ts';

/** What the WebSocket of a browser and that of Node's `ws` have in common. */
export interface SocketLike {
  send(text: string): void;
  close(code: number, reason: string): void;
  readonly bufferedAmount: number;
}

/** The parts of a link over an open WebSocket: the adapter feeds in the socket's events. */
export interface SocketLink {
  readonly link: Link;
  /** A text frame came. */
  receive(text: string): void;
  /** The socket closed by the other side's doing. */
  closed(closed: LinkClosed): void;
}

const MAX_REASON_CHARS = 120;

/** A close reason as the protocol can carry it: printable ASCII, at most 123 bytes (RFC 6455, section 5.5). */
function carriable(reason: string): string {
  return reason.replace(/[^\x20-\x7e]/g, '?').slice(0, MAX_REASON_CHARS);
}

/** Makes a link of an open WebSocket. */
export function socketLink(socket: SocketLike): SocketLink {
  const inbox = linkInbox(({ code, reason }) => close(code, reason));

  function close(code: number, reason: string): void {
    if (inbox.hasEnded) return;
    inbox.endedHere({ code, reason });
    socket.close(code, carriable(reason));
  }

  const link: Link = {
    send(text: EnvelopeText): void {
      if (!inbox.hasEnded) socket.send(text);
    },
    listen(handlers: LinkHandlers): void {
      inbox.listen(handlers);
    },
    close,
    get bufferedBytes(): number {
      return socket.bufferedAmount;
    },
  };
  return { link, receive: inbox.receive, closed: inbox.endedThere };
}

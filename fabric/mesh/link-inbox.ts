import { toWire } from '../error.ts';
import { decodeEnvelope } from './check-envelope.ts';
import type { Envelope } from './envelope.ts';
import type { LinkClosed, LinkHandlers } from './transport.ts';

/** The receiving half of a link: keeps what arrives until somebody listens, and delivers nothing after our own close. */
export interface LinkInbox {
  /** Takes a text from the wire. */
  receive(text: string): void;
  /** The other side closed: what arrived before is still delivered. */
  endedThere(closed: LinkClosed): void;
  /** This side closed: nothing is delivered any more but the close. */
  endedHere(closed: LinkClosed): void;
  listen(handlers: LinkHandlers): void;
  readonly hasEnded: boolean;
}

/** Makes the inbox of one link; `refuse` closes the link when a text is no envelope (close code 1008). */
export function linkInbox(refuse: (closed: LinkClosed) => void): LinkInbox {
  let handlers: LinkHandlers | undefined;
  let early: string[] = [];
  let closed: LinkClosed | undefined;

  function deliver(text: string, { onEnvelope }: LinkHandlers): void {
    let envelope: Envelope;
    try {
      envelope = decodeEnvelope(text);
    } catch (error) {
      const { code, message } = toWire(error);
      refuse({ code: 1008, reason: `${code} ${message}` });
      return;
    }
    onEnvelope(envelope);
  }

  function end(reason: LinkClosed): void {
    if (closed) return;
    closed = reason;
    if (handlers) tellClosed(handlers, reason);
  }

  return {
    receive(text: string): void {
      if (closed) return;
      if (handlers) deliver(text, handlers);
      else early.push(text);
    },
    endedThere: end,
    endedHere(reason: LinkClosed): void {
      early = [];
      end(reason);
    },
    listen(given: LinkHandlers): void {
      handlers = given;
      for (let text = early.shift(); text !== undefined; text = early.shift()) deliver(text, given);
      if (closed) tellClosed(given, closed);
    },
    get hasEnded(): boolean {
      return closed !== undefined;
    },
  };
}

/** In a turn of its own, so that nobody learns of a close inside his own call. */
function tellClosed({ onClose }: LinkHandlers, closed: LinkClosed): void {
  queueMicrotask(() => onClose(closed));
}

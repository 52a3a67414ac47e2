import type { Envelope, EnvelopeText } from './envelope.ts';

/** Why a link ended; `code` is a WebSocket close code. */
export interface LinkClosed {
  readonly code: number;
  readonly reason: string;
}

/** Who listens on a link. Set once, before the first envelope is delivered. */
export interface LinkHandlers {
  onEnvelope(envelope: Envelope): void;
  onClose(closed: LinkClosed): void;
}

/**
 * One open connection to one peer. Carries envelopes in order, or is closed; knows nothing of routing.
 * Laws: `transport.contract.ts`.
 */
export interface Link {
  /** Queues an envelope; after the close it does nothing. */
  send(text: EnvelopeText): void;
  /** Starts delivery. */
  listen(handlers: LinkHandlers): void;
  close(code: number, reason: string): void;
  /** bytes accepted by `send` that have not left this process */
  readonly bufferedBytes: number;
}

/** Opens links to one address. */
export interface Transport {
  readonly kind: 'memory' | 'port' | 'websocket';
  /** @throws TestudoError `LINK_CLOSED` (retryable) when the other side cannot be reached; `signal.reason` when aborted */
  connect(signal?: AbortSignal): Promise<Link>;
}

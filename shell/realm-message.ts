/** A page's only message to the realm's worker: the port on which its host will speak. */
export interface PortMessage {
  readonly type: 'testudo-realm';
  readonly port: unknown;
}

/** Whether a message is that one. */
export function isPortMessage(message: unknown): message is PortMessage {
  return typeof message === 'object' && message !== null && (message as { type?: unknown }).type === 'testudo-realm';
}

import type { WireError } from '../error.ts';
import type { DecideRequest, Decision, RealmApi, RealmHost } from './realm-api.ts';

/** One end of a message channel, in a worker, a page or Node. */
export interface RealmPort {
  postMessage(message: unknown, transfer?: readonly unknown[]): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  removeEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  start(): void;
  close(): void;
}

/** The first message on a realm's port: it brings the port behind which its host answers. All later ones are comlink's. */
export interface Hello {
  readonly type: 'testudo-hello';
  readonly host: RealmPort;
}

/** What a realm calls at its host. */
export interface RealmHostLink extends Required<RealmHost> {
  /** The realm will not run: its powers could not be taken from it. */
  refuse(reason: string): void;
}

/** A decision without the `Result` around it, which would be copied as one more record for each; or a failure with it. */
export type WireDecision = Decision | { readonly ok: false; readonly error: WireError };

/** What a host calls at its realm. On the wire `bind` has another name: comlink keeps that one for itself. */
export interface RealmLink extends Omit<Required<RealmApi>, 'bind' | 'decide'> {
  setBindings: RealmApi['bind'];
  decide(requests: readonly DecideRequest[]): Promise<readonly WireDecision[]>;
  /** Ends the realm's thread. */
  close(): void;
}

/** Whether a message is a host's first. */
export function isHello(message: unknown): message is Hello {
  return typeof message === 'object' && message !== null && (message as { type?: unknown }).type === 'testudo-hello';
}

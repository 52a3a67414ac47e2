import type { RealmApi, RealmHost } from './realm-api.ts';

/** A running realm as its host holds it. */
export interface RealmHandle {
  readonly name: string;
  readonly api: RealmApi;
  /** Ends it at once; calls under way reject with `REALM_LOST`. */
  terminate(): Promise<void>;
  /** Fires once when it has ended by itself. */
  onLost(listener: (reason: string) => void): void;
}

/** Starts the realm program in a worker of the platform, with the host's side of its port. */
export type StartRealm = (name: string, host: RealmHost) => Promise<RealmHandle>;

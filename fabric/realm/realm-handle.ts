import type { RealmApi, RealmHost } from './realm-api.ts';

/** A running realm as its host holds it. */
export interface RealmHandle {
  readonly name: string;
  readonly api: RealmApi;
  /** Ends it at once; calls under way reject with `REALM_LOST` and the reason. */
  terminate(reason?: string): Promise<void>;
  /** bytes of the thread's heap and external memory, also while it is busy; absent where nobody can tell */
  heapBytes?(): Promise<number | null>;
  /** Fires once when it has ended by itself. */
  onLost(listener: (reason: string) => void): void;
}

/**
 * Starts the realm program in a worker of the platform, with the host's side of its port.
 * @param limits what the platform itself is to hold it to, where it can
 */
export type StartRealm = (
  name: string,
  host: RealmHost,
  limits?: { readonly heapBytes: number },
) => Promise<RealmHandle>;

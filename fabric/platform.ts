import type { Disposable } from './plain.ts';

/**
 * What the fabric needs from the machine it runs on. It reads no clock, timer, random source, disk or
 * network of its own (law L1), so a test or a simulator hands in virtual ones.
 */
export interface Platform {
  /** Integer milliseconds since the epoch. Informational: orders and refuses nothing. */
  now(): number;
  /** Calls back once after `delayMs`, unless disposed. */
  timer(delayMs: number, callback: () => void): Disposable;
  /** `length` cryptographically strong random bytes. */
  random(length: number): Uint8Array;
  /** `sha384-<base64>` of the bytes, in the form that Subresource Integrity uses. */
  digest(bytes: ArrayBuffer | Uint8Array): Promise<string>;
  /** Failures of work that nobody waits for. */
  onError(error: unknown): void;
}

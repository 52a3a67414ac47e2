import { createHash, randomBytes } from 'node:crypto';

import type { Platform } from '@testudo/fabric/platform';

/** The platform of a Node process. */
export function nodePlatform(onError: (error: unknown) => void): Platform {
  return {
    now: () => Date.now(),
    timer(delayMs, callback) {
      const timer = setTimeout(callback, delayMs);
      return { dispose: () => clearTimeout(timer) };
    },
    random: (length) => randomBytes(length),
    digest: (bytes) => Promise.resolve(digestOf(bytes)),
    onError,
  };
}

/** `sha384-<base64>` of the bytes. */
export function digestOf(bytes: ArrayBuffer | Uint8Array): string {
  const view = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
  return `sha384-${createHash('sha384').update(view).digest('base64')}`;
}

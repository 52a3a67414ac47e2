import type { Platform } from '@testudo/fabric/platform';

/** The platform of a page or a worker of a browser. */
export function browserPlatform(onError: (error: unknown) => void): Platform {
  return {
    now: () => Date.now(),
    timer(delayMs, callback) {
      const timer = setTimeout(callback, delayMs);
      return { dispose: () => clearTimeout(timer) };
    },
    random: (length) => crypto.getRandomValues(new Uint8Array(length)),
    async digest(bytes) {
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-384', bytes as ArrayBuffer));
      let binary = '';
      digest.forEach((byte) => {
        binary += String.fromCharCode(byte);
      });
      return `sha384-${btoa(binary)}`;
    },
    onError,
  };
}

/** `byteLength` random bytes as lower-case hexadecimal text. */
export function randomHex(platform: Pick<Platform, 'random'>, byteLength: number): string {
  return Array.from(platform.random(byteLength), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * The few globals that every engine of ours has (the oldest television with our polyfills included), declared
 * here because `fabric` compiles without DOM and Node types. What is not in this list does not type-check.
 */
interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}
declare class AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}
declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}
declare class TextDecoder {
  decode(bytes: ArrayBuffer | Uint8Array): string;
}
declare class URL {
  constructor(url: string, base?: string);
  readonly href: string;
  readonly origin: string;
  readonly protocol: string;
  readonly host: string;
  readonly hostname: string;
  readonly pathname: string;
}
declare function queueMicrotask(callback: () => void): void;
/** Opaque here: `application.ts` names it, only a page has one. */
interface HTMLElement {
  readonly nodeType: number;
}

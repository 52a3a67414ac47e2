const words = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== '');

/** The language itself, frozen before remote code runs. `eval` and `Function` stay as names and refuse to work. */
export const languageGlobals: readonly string[] = words(`
  Object Function Array Number parseFloat parseInt Infinity NaN undefined Boolean String Symbol Date Promise RegExp
  Error AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError SuppressedError
  globalThis self JSON Math Intl ArrayBuffer DataView Map Set WeakMap WeakSet WeakRef FinalizationRegistry BigInt
  Uint8Array Int8Array Uint16Array Int16Array Uint32Array Int32Array Float16Array Float32Array Float64Array
  Uint8ClampedArray BigUint64Array BigInt64Array Proxy Reflect Iterator AsyncIterator
  decodeURI decodeURIComponent encodeURI encodeURIComponent escape unescape isFinite isNaN eval
`);

/**
 * The platform's names that remote code finds, all made by the realm program. None of the platform's own interfaces
 * stays: Node's carry symbols that lead to its internals, and ask the objects that they are given to describe themselves.
 */
export const replacedGlobals: readonly string[] = words(`
  console performance fetch setTimeout clearTimeout setInterval clearInterval queueMicrotask structuredClone
  TextEncoder TextDecoder atob btoa URL URLSearchParams AbortController AbortSignal
`);

/** Every name that may stay on a realm's global object; all others are powers, and go. */
export const allowedGlobals: ReadonlySet<string> = new Set(languageGlobals.concat(replacedGlobals));

const words = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== '');

/** The language itself; `ses` freezes these. `eval` and `Function` stay as names and refuse to work. */
const language = words(`
  Object Function Array Number parseFloat parseInt Infinity NaN undefined Boolean String Symbol Date Promise RegExp
  Error AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError SuppressedError
  globalThis self JSON Math Intl ArrayBuffer DataView Map Set WeakMap WeakSet WeakRef FinalizationRegistry BigInt
  Uint8Array Int8Array Uint16Array Int16Array Uint32Array Int32Array Float16Array Float32Array Float64Array
  Uint8ClampedArray BigUint64Array BigInt64Array Proxy Reflect Iterator AsyncIterator
  decodeURI decodeURIComponent encodeURI encodeURIComponent escape unescape isFinite isNaN eval
`);

/** Platform interfaces that compute and reach nothing; they are frozen after the removal. */
export const harmlessInterfaces: readonly string[] = words(`
  TextEncoder TextDecoder URL URLSearchParams AbortController AbortSignal DOMException Event EventTarget
`);

/** Functions that the realm program replaces by its own before remote code runs. */
export const replacedGlobals: readonly string[] = words(`
  console performance fetch setTimeout clearTimeout setInterval clearInterval
`);

const functions = words('queueMicrotask structuredClone atob btoa lockdown harden Compartment assert');

/** What Module Federation's runtime and the builds themselves keep on the global object. */
const federation = words(`
  __FEDERATION__ __VMOK__ __GLOBAL_LOADING_REMOTE_ENTRY__ __TESTUDO_FEDERATION__ _FEDERATION_RUNTIME_CORE
`);

/** Every name that may stay on a realm's global object; all others are powers, and go. */
export const allowedGlobals: ReadonlySet<string> = new Set(
  language.concat(harmlessInterfaces, replacedGlobals, functions, federation),
);

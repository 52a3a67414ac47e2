import type { SafeGlobals } from './attenuate.ts';

interface NativeDecoder {
  readonly encoding: string;
  decode(bytes: Uint8Array, options: { readonly stream: boolean }): string;
}

/** The platform's own text functions. */
export interface NativeText {
  readonly TextEncoder: new () => { encode(text: string): Uint8Array };
  readonly TextDecoder: new (label: string, options: { fatal: boolean; ignoreBOM: boolean }) => NativeDecoder;
  atob(this: unknown, text: string): string;
  btoa(this: unknown, text: string): string;
}

interface DecoderOptions {
  readonly fatal?: unknown;
  readonly ignoreBOM?: unknown;
}

/** Text to bytes and back: the platform's functions behind ours, which hand them text and fresh bytes only. */
export function createText(natives: NativeText): SafeGlobals {
  const native = new natives.TextEncoder();
  const NativeDecoder = natives.TextDecoder;
  const atob = natives.atob.bind(natives);
  const btoa = natives.btoa.bind(natives);

  // Not in a private field: for old engines these are compiled to properties that anybody can read.
  const decoders = new WeakMap<object, NativeDecoder>();
  const decoderOf = (decoder: object): NativeDecoder => {
    const found = decoders.get(decoder);
    if (found === undefined) throw new TypeError('Illegal invocation: this is no TextDecoder');
    return found;
  };

  class Encoder {
    get encoding(): string {
      return 'utf-8';
    }

    encode(text: unknown = ''): Uint8Array {
      return new Uint8Array(native.encode(String(text)));
    }
  }

  class Decoder {
    constructor(label: unknown = 'utf-8', { fatal, ignoreBOM }: DecoderOptions = {}) {
      const name = String(label);
      const options = { fatal: Boolean(fatal), ignoreBOM: Boolean(ignoreBOM) };
      decoders.set(
        this,
        attempt(() => new NativeDecoder(name, options), `there is no encoding ${name}`),
      );
    }

    get encoding(): string {
      return decoderOf(this).encoding;
    }

    decode(bytes: unknown = [], { stream }: { readonly stream?: unknown } = {}): string {
      const decoder = decoderOf(this);
      const copy = new Uint8Array(bytes as ArrayBuffer);
      const options = { stream: Boolean(stream) };
      return attempt(() => decoder.decode(copy, options), `the bytes are not ${decoder.encoding}`);
    }
  }

  return { TextEncoder: Encoder, TextDecoder: Decoder, atob: coder(atob, 'atob'), btoa: coder(btoa, 'btoa') };
}

function coder(native: (text: string) => string, name: string): (text: unknown) => string {
  return (given) => {
    const text = String(given);
    return attempt(() => native(text), `${name}: the text has a character that it cannot hold`);
  };
}

/** The platform's own errors stay here: their classes lead to its internals. */
export function attempt<T>(run: () => T, problem: string): T {
  let outcome: { readonly value: T } | null = null;
  try {
    outcome = { value: run() };
  } catch {
    outcome = null;
  }
  if (outcome === null) throw new TypeError(problem);
  return outcome.value;
}

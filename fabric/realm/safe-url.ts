import type { SafeGlobals } from './attenuate.ts';
import { attempt } from './safe-text.ts';

interface NativeParams extends Iterable<[string, string]> {
  append(name: string, value: string): void;
  delete(name: string): void;
  set(name: string, value: string): void;
  get(name: string): string | null;
  getAll(name: string): string[];
  has(name: string): boolean;
  sort(): void;
  toString(): string;
}
type NativeUrl = { [part: string]: string } & { readonly searchParams: never };

/** The platform's own addresses. */
export interface NativeUrls {
  readonly URL: new (url: string, base?: string) => object;
  readonly URLSearchParams: new (init?: string) => NativeParams;
}

const parts = 'href protocol username password host hostname port pathname search hash'.split(' ');

/** `URL` and `URLSearchParams`: the platform's behind ours, which hand them text only. */
export function createUrls(natives: NativeUrls): SafeGlobals {
  const URLSearchParams = createParams(natives.URLSearchParams);
  return { URL: createUrl(natives.URL, URLSearchParams.over), URLSearchParams: URLSearchParams.type };
}

function createUrl(Native: NativeUrls['URL'], over: (params: NativeParams) => object): unknown {
  const urls = new WeakMap<object, { readonly native: NativeUrl; readonly searchParams: object }>();
  const make = (url: unknown, base: unknown): NativeUrl => {
    const given = [String(url), ...(base === undefined ? [] : [String(base)])] as [string, string?];
    return attempt(() => new Native(...given) as NativeUrl, `Invalid URL: ${given.join(' against ')}`);
  };
  const nativeOf = (url: object): { readonly native: NativeUrl; readonly searchParams: object } =>
    urls.get(url) ?? refuse('URL');

  class Url {
    constructor(url: unknown, base?: unknown) {
      const native = make(url, base);
      urls.set(this, { native, searchParams: over(native.searchParams) });
    }

    static canParse(url: unknown, base?: unknown): boolean {
      try {
        return make(url, base) !== null;
      } catch {
        return false;
      }
    }

    get origin(): string {
      return String(nativeOf(this).native['origin']);
    }

    get searchParams(): object {
      return nativeOf(this).searchParams;
    }

    toString(): string {
      return String(nativeOf(this).native['href']);
    }

    toJSON(): string {
      return this.toString();
    }
  }

  for (const part of parts) {
    Object.defineProperty(Url.prototype, part, {
      get(this: object): string {
        return String(nativeOf(this).native[part]);
      },
      set(this: object, value: unknown) {
        const { native } = nativeOf(this);
        const text = String(value);
        attempt(() => Reflect.set(native, part, text), `Invalid URL: ${part} ${text}`);
      },
    });
  }
  return Url;
}

function createParams(Native: NativeUrls['URLSearchParams']): {
  readonly type: unknown;
  over(native: NativeParams): object;
} {
  const natives = new WeakMap<object, NativeParams>();
  const nativeOf = (params: object): NativeParams => natives.get(params) ?? refuse('URLSearchParams');
  const pairsOf = (params: object): [string, string][] => Array.from(nativeOf(params));

  class Params {
    constructor(init: unknown = '') {
      const native = new Native(typeof init === 'object' ? '' : String(init));
      if (typeof init === 'object' && init !== null)
        for (const [name, value] of pairs(init)) native.append(name, value);
      natives.set(this, native);
    }
    get size(): number {
      return pairsOf(this).length;
    }
    append(name: unknown, value: unknown): void {
      nativeOf(this).append(String(name), String(value));
    }
    delete(name: unknown): void {
      nativeOf(this).delete(String(name));
    }
    set(name: unknown, value: unknown): void {
      nativeOf(this).set(String(name), String(value));
    }
    get(name: unknown): string | null {
      return nativeOf(this).get(String(name));
    }
    getAll(name: unknown): string[] {
      return Array.from(nativeOf(this).getAll(String(name)));
    }
    has(name: unknown): boolean {
      return nativeOf(this).has(String(name));
    }
    sort(): void {
      nativeOf(this).sort();
    }
    toString(): string {
      return nativeOf(this).toString();
    }
    forEach(callback: (value: string, name: string, params: object) => void): void {
      for (const [name, value] of pairsOf(this)) callback(value, name, this);
    }
    keys(): IterableIterator<string> {
      return pairsOf(this)
        .map(([name]) => name)
        .values();
    }
    values(): IterableIterator<string> {
      return pairsOf(this)
        .map(([, value]) => value)
        .values();
    }
    entries(): IterableIterator<[string, string]> {
      return pairsOf(this).values();
    }
    [Symbol.iterator](): IterableIterator<[string, string]> {
      return this.entries();
    }
  }

  return {
    type: Params,
    over(native) {
      const params = Object.create(Params.prototype) as object;
      natives.set(params, native);
      return params;
    },
  };
}

/** The names and values of an iterable of pairs, or of a record. */
function pairs(init: object): readonly [string, string][] {
  const given = Symbol.iterator in init ? Array.from(init as Iterable<[unknown, unknown]>) : Object.entries(init);
  return given.map(([name, value]) => [String(name), String(value)]);
}

function refuse(what: string): never {
  throw new TypeError(`Illegal invocation: this is no ${what}`);
}

/*
 * What the language has gained since Chromium 69 and what we or the packages that we ship count on. Methods, never
 * function expressions: a lockdown refuses functions that have a `prototype` of their own. Compared with the engine's
 * own by `language.test.ts`.
 */

/** Of `Object`, from Chromium 73. */
export const objectStatics = {
  fromEntries<T>(entries: Iterable<readonly [PropertyKey, T]>): { [key: string]: T } {
    const made: { [key: string]: T } = {};
    for (const [key, value] of entries) {
      Object.defineProperty(made, key, { value, configurable: true, enumerable: true, writable: true });
    }
    return made;
  },
};

/** Of `Promise`, from Chromium 76. */
export const promiseStatics = {
  allSettled<T>(values: Iterable<T | PromiseLike<T>>): Promise<object[]> {
    const settled = Array.from(values, (value) =>
      Promise.resolve(value).then(
        (found) => ({ status: 'fulfilled', value: found }),
        (reason: unknown) => ({ status: 'rejected', reason }),
      ),
    );
    return Promise.all(settled);
  },
};

/** Of `String.prototype`, from Chromium 73 and 85. */
export const stringMethods = {
  matchAll(this: string, pattern: RegExp | string): Iterator<RegExpExecArray> {
    return matches(String(this), globalCopy(pattern, 'matchAll'));
  },
  replaceAll(this: string, pattern: RegExp | string, by: string | ((...found: string[]) => string)): string {
    const all = pattern instanceof RegExp ? globalCopy(pattern, 'replaceAll') : literally(String(pattern));
    return String(this).replace(all, by as string);
  },
};

/** Of `Symbol.prototype`, from Chromium 70. Cannot tell a symbol without description from one with an empty one. */
export const symbolProperties = {
  get description(): string {
    return Symbol.prototype.toString.call(this).slice('Symbol('.length, -1);
  },
};

/** Of the global object, from Chromium 71. */
export function globalsOf(scope: object): object {
  return {
    globalThis: scope,
    queueMicrotask(callback: VoidFunction): void {
      const report = (error: unknown): void => void setTimeout(() => rethrow(error));
      Promise.resolve().then(callback).catch(report);
    },
  };
}

function rethrow(error: unknown): never {
  throw error;
}

function globalCopy(pattern: RegExp | string, method: string): RegExp {
  if (!(pattern instanceof RegExp)) return new RegExp(pattern, 'g');
  if (!pattern.global) throw new TypeError(`${method} wants a pattern with the flag g`);
  const copy = new RegExp(pattern.source, pattern.flags);
  copy.lastIndex = pattern.lastIndex;
  return copy;
}

function literally(text: string): RegExp {
  return new RegExp(text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), 'g');
}

function* matches(text: string, pattern: RegExp): Iterator<RegExpExecArray> {
  for (let found = pattern.exec(text); found !== null; found = pattern.exec(text)) {
    yield found;
    if (found[0] === '') pattern.lastIndex += 1;
  }
}

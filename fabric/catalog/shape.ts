/**
 * Says what is wrong with a value of untrusted JSON: where, and what must be there; `null` when nothing is.
 * A page and its host worker check small documents only; a schema library would be 2 kB in each of them.
 */
export type Shape = (value: unknown, path: string) => string | null;

type OptionalKeys<T> = { [K in keyof T]-?: object extends Pick<T, K> ? K : never }[keyof T];

/** The shapes of a record's keys: those it must have, and those it may. */
export interface RecordShapes<T> {
  readonly required: { readonly [K in Exclude<keyof T, OptionalKeys<T>>]: Shape };
  readonly optional?: { readonly [K in OptionalKeys<T>]: Shape };
}

/** A string that matches the pattern. */
export function text(pattern: RegExp, must: string): Shape {
  return (value, path) => (typeof value === 'string' && pattern.test(value) ? null : fault(path, must));
}

/** A string of at most so many UTF-16 units. */
export function textOf(maxLength: number): Shape {
  return (value, path) =>
    typeof value === 'string' && value.length <= maxLength
      ? null
      : fault(path, `text of at most ${maxLength} characters`);
}

/** One of the values. */
export function oneOf<T>(values: readonly T[]): Shape {
  return (value, path) => (values.includes(value as T) ? null : fault(path, `one of ${values.join(', ')}`));
}

/** A whole number in the range. */
export function whole(least: number, most: number = Number.MAX_SAFE_INTEGER): Shape {
  return (value, path) =>
    Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most
      ? null
      : fault(path, `a whole number from ${least} to ${most}`);
}

/** A list of so many items. */
export function list(item: Shape, least: number, most: number): Shape {
  return (value, path) => {
    if (!Array.isArray(value) || value.length < least || value.length > most)
      return fault(path, `a list of ${least} to ${most} items`);
    return firstFault(value.map((one: unknown, index) => () => item(one, inside(path, index))));
  };
}

/** An object with exactly these keys. */
export function record<T>({ required, optional }: RecordShapes<T>): Shape {
  const needed = Object.keys(required);
  const shapes = new Map<string, Shape>(Object.entries({ ...required, ...optional }));
  return (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return fault(path, 'an object');
    const present = new Map<string, unknown>(Object.entries(value));
    const missing = needed.find((key) => !present.has(key));
    if (missing !== undefined) return fault(inside(path, missing), 'there');
    return firstFault(
      Array.from(present, ([key, one]) => () => {
        const shape = shapes.get(key);
        return shape ? shape(one, inside(path, key)) : `${inside(path, key)}: is not a key that this document has`;
      }),
    );
  };
}

function firstFault(checks: readonly (() => string | null)[]): string | null {
  for (const check of checks) {
    const found = check();
    if (found !== null) return found;
  }
  return null;
}

function inside(path: string, key: string | number): string {
  return path === '' ? String(key).slice(0, 80) : `${path}.${String(key).slice(0, 80)}`;
}

function fault(path: string, must: string): string {
  return `${path === '' ? 'document' : path}: must be ${must}`;
}

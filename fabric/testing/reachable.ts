/** A function or an object that code can get hold of. */
export interface Reached {
  readonly path: string;
  /** a function's source, or an object's tag */
  readonly text: string;
  readonly isFunction: boolean;
  /** the symbols among its own keys that are not the language's */
  readonly symbols: readonly string[];
}

/**
 * Everything that can be reached from some values over own keys, prototypes, accessors and what these give, and what
 * maps and sets hold. Nothing twice, at most 20,000. It names nothing outside itself, so that its source can be run in a realm.
 * @param roots pairs of a name and a value; what hangs on an earlier one is not listed again under a later one
 */
export function reachable(roots: readonly (readonly [string, unknown])[]): readonly Reached[] {
  const known = new Set<unknown>(Reflect.ownKeys(Symbol).map((key) => (Symbol as never)[key]));
  const seen = new Set<object>();
  const found: Reached[] = [];
  for (const [name, root] of roots) {
    const queue: { readonly path: string; readonly value: unknown }[] = [{ path: name, value: root }];
    while (queue.length > 0 && found.length < 20_000) {
      const { path, value } = queue.pop()!;
      if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) continue;
      seen.add(value);
      const keys = Reflect.ownKeys(value);
      const isFunction = typeof value === 'function';
      const text = (isFunction ? Function.prototype : Object.prototype).toString.call(value);
      const symbols = keys.filter((key) => typeof key === 'symbol' && !known.has(key)).map(String);
      found.push({ path, text, isFunction, symbols });
      queue.push({ path: `${path}.__proto__`, value: Object.getPrototypeOf(value) });
      if (text === '[object Map]' || text === '[object Set]') {
        try {
          const keep = (held: unknown, key: unknown): void =>
            void queue.push({ path: `${path}(key)`, value: key }, { path: `${path}(held)`, value: held });
          Reflect.apply(text === '[object Map]' ? Map.prototype.forEach : Set.prototype.forEach, value, [keep]);
        } catch {
          // A prototype, which only calls itself so.
        }
      }
      for (const key of keys) {
        const { get, set } = Reflect.getOwnPropertyDescriptor(value, key) ?? {};
        const at = `${path}.${String(key)}`;
        queue.push({ path: `${at}(get)`, value: get }, { path: `${at}(set)`, value: set });
        try {
          queue.push({ path: at, value: (value as never)[key] });
        } catch (refused) {
          queue.push({ path: `${at}(throws)`, value: refused });
        }
      }
    }
  }
  return found;
}

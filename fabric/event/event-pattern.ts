/** The names that a subscription is for: one name, a text with `*` for any run of characters, or a RegExp of code's own. */
export type EventPattern = string | RegExp;

/**
 * Whether names match a pattern. A text is never compiled to a RegExp, so that none from a user can be slow; a RegExp is
 * copied without the flags that would make it remember.
 */
export function matcherOf(pattern: EventPattern): (name: string) => boolean {
  if (typeof pattern !== 'string') {
    const own = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''));
    return (name) => own.test(name);
  }
  if (pattern === '*') return () => true;
  const parts = pattern.split('*');
  return parts.length === 1 ? (name) => name === pattern : (name) => hasParts(name, parts);
}

/** The first part begins the name, the last one ends it, the others follow each other between. */
function hasParts(name: string, parts: readonly string[]): boolean {
  const last = parts.length - 1;
  const [first = '', end = ''] = [parts[0], parts[last]];
  if (!name.startsWith(first)) return false;
  let from = first.length;
  for (let index = 1; index < last; index += 1) {
    const part = parts[index] as string;
    const found = name.indexOf(part, from);
    if (found < 0) return false;
    from = found + part.length;
  }
  return name.length - end.length >= from && name.endsWith(end);
}

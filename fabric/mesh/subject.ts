/**
 * Whether a concrete subject matches a pattern. Tokens are separated by `.`; `*` stands for exactly one token and a
 * last `>` for one or more.
 * @see https://docs.nats.io/nats-concepts/subjects
 */
export function matchesSubject(pattern: string, subject: string): boolean {
  if (pattern === subject) return true;
  const wanted = pattern.split('.');
  const found = subject.split('.');
  for (let index = 0; index < wanted.length; index++) {
    const token = wanted[index];
    if (token === '>' && index === wanted.length - 1) return found.length > index;
    if (index >= found.length || (token !== '*' && token !== found[index])) return false;
  }
  return wanted.length === found.length;
}

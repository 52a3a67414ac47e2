/** Files that one act on many of them has open: a process may have some hundreds. */
const AT_ONCE = 32;

/**
 * Acts on each item, a few at a time; results in the items' order. Rejects with the first failure once nothing is under
 * way any more, so that the same can be begun anew.
 */
export async function someAtOnce<T, R>(items: Iterable<T>, act: (item: T) => Promise<R>): Promise<readonly R[]> {
  const all = [...items];
  const results: R[] = [];
  for (let start = 0; start < all.length; start += AT_ONCE) {
    for (const outcome of await Promise.allSettled(all.slice(start, start + AT_ONCE).map(act))) {
      if (outcome.status === 'rejected') throw outcome.reason;
      results.push(outcome.value);
    }
  }
  return results;
}

/** A number of changes, in words. */
export function changes(count: number): string {
  return count === 1 ? '1 change' : `${count} changes`;
}

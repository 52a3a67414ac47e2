/** A frame of the mesh holds 1 MiB; a character may take three bytes, and the envelope has its share. */
export const maxChars: number = 256 * 1024;

/** As many of the items, from the first, as fit into one message; always at least one. */
export function fitting<T>(items: readonly T[]): readonly T[] {
  let chars = 0;
  for (let index = 0; index < items.length; index += 1) {
    chars += JSON.stringify(items[index]).length;
    if (chars > maxChars && index > 0) return items.slice(0, index);
  }
  return items;
}

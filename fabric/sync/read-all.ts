import type { DamagedEntry, Datasource, Entry } from '../store/datasource.ts';

const pageSize = 10_000;

/**
 * Every record of a collection, in key order.
 * @param onDamaged gets what is damaged, and the rest is read
 * @param asText as in `RangeOptions`
 * @throws TestudoError `CORRUPT` for the first that is damaged, where nobody takes it
 */
export async function readAll(
  datasource: Datasource,
  collection: string,
  onDamaged?: (damaged: DamagedEntry) => void,
  asText?: true,
): Promise<readonly Entry[]> {
  const all: Entry[] = [];
  await readEach(datasource, {
    collection,
    visit: (entry) => void all.push(entry),
    ...(onDamaged ? { onDamaged } : {}),
    ...(asText ? { asText } : {}),
  });
  return all;
}

/** What is read, and who hears of it. */
export interface Reading {
  readonly collection: string;
  readonly asText?: boolean;
  visit(entry: Entry): void;
  onDamaged?(damaged: DamagedEntry): void;
}

/** Reads a collection as `readAll` does, and keeps none of it. */
export async function readEach(
  datasource: Datasource,
  { collection, visit, onDamaged, asText = false }: Reading,
): Promise<void> {
  for (let after: string | undefined, count = pageSize; count === pageSize;) {
    const keys: string[] = [];
    const take = (damaged: DamagedEntry): void => {
      keys.push(damaged.key);
      onDamaged?.(damaged);
    };
    const page = await datasource.range(collection, {
      limit: pageSize,
      asText,
      ...(after === undefined ? {} : { after }),
      ...(onDamaged ? { onDamaged: take } : {}),
    });
    for (const entry of page) {
      keys.push(entry.key);
      visit(entry);
    }
    count = keys.length;
    after = keys.reduce((last, key) => (key > last ? key : last), after ?? '');
  }
}

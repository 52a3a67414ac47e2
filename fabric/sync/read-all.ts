import type { Datasource, Entry } from '../store/datasource.ts';

const pageSize = 10_000;

/** Every record of a collection, in key order. */
export async function readAll(datasource: Datasource, collection: string): Promise<readonly Entry[]> {
  const all: Entry[] = [];
  let after: string | undefined;
  for (;;) {
    const page = await datasource.range(collection, { limit: pageSize, ...(after === undefined ? {} : { after }) });
    for (const entry of page) all.push(entry);
    if (page.length < pageSize) return all;
    after = page[page.length - 1]?.key;
  }
}

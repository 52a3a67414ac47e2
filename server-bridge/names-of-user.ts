import { TestudoError } from '@testudo/fabric/error';
import type { Datasource, Write } from '@testudo/fabric/store/datasource';

/** The names of one user's nodes in the order of their use. What changes here is to be committed by the writes it gives. */
export interface NamesOfUser {
  readonly size: number;
  has(node: string): boolean;
  oldestFirst(): readonly string[];
  without(node: string): readonly Write[];
  /** with this one as the latest */
  withLatest(node: string): readonly Write[];
}

const MOST_READ = 10_000;

/**
 * Reads a user's names, at most 10,000 of them: a record a name, under numbers that ascend.
 * @param onDamaged hears of a record that is damaged: its name counts no more
 */
export async function namesOfUser(
  datasource: Pick<Datasource, 'range'>,
  user: string,
  onDamaged: (error: TestudoError) => void,
): Promise<NamesOfUser> {
  const collection = `node-names/${user}`;
  const tell = ({ key }: { readonly key: string }): void =>
    onDamaged(
      new TestudoError('CORRUPT', `the record ${collection} ${key} is not as it was written; a name is not counted`),
    );
  const entries = await datasource.range(collection, { limit: MOST_READ, onDamaged: tell });
  const numbers = new Map(entries.map(({ key, value }) => [String(value), key]));
  let next = Number(entries.at(-1)?.key ?? 0) + 1;

  function without(node: string): readonly Write[] {
    const key = numbers.get(node);
    numbers.delete(node);
    return key === undefined ? [] : [{ collection, key, value: undefined }];
  }

  return {
    get size() {
      return numbers.size;
    },
    has: (node) => numbers.has(node),
    oldestFirst: () => [...numbers.keys()],
    without,
    withLatest(node) {
      const former = without(node);
      const key = String(next).padStart(12, '0');
      next += 1;
      numbers.set(node, key);
      return [...former, { collection, key, value: node }];
    },
  };
}

import type { Datasource } from '../store/datasource.ts';

/** Which partitions a store has ever had copies of: their models may not be deployed any more. */
export interface KeptPartitions {
  /** One is used now. What cannot be noted now is noted at the next start. */
  note(partition: string): void;
  /**
   * Opens those that are not used now, and have changes that were not sent or were refused; once, however often it is
   * asked for. What fails is done with the next asking.
   */
  openLeft(open: (modelName: string) => Promise<void>): Promise<void>;
}

const collection = 'partitions';

/** Keeps the list in the store itself. */
export function keptPartitions(datasource: Datasource, onError: (error: unknown) => void): KeptPartitions {
  const used = new Set<string>();
  const read = untilDone(() => namesIn(datasource));
  const openOthers = untilDone(async (open: (modelName: string) => Promise<void>) => {
    const others = (await read()).filter((name) => !used.has(name));
    if (others.length === 0) return;
    const { openChanged } = await import(/* webpackChunkName: "stores" */ './open-changed.ts');
    await openChanged(others, { datasource, open });
  });
  const keep = async (partition: string): Promise<void> => {
    if ((await read()).includes(partition)) return;
    await datasource.commit([{ collection, key: partition, value: true }]);
  };
  return {
    note(partition) {
      used.add(partition);
      keep(partition).catch(onError);
    },
    openLeft: openOthers,
  };
}

/** A key says all: that of a damaged record as well. */
async function namesIn(datasource: Datasource): Promise<readonly string[]> {
  const names: string[] = [];
  const note = ({ key }: { readonly key: string }): void => void names.push(key);
  (await datasource.range(collection, { onDamaged: note })).forEach(note);
  return names;
}

/** The same outcome for all who ask; after a failure the next one asks anew. */
function untilDone<Asked extends readonly unknown[], T>(
  work: (...asked: Asked) => Promise<T>,
): (...asked: Asked) => Promise<T> {
  let doing: Promise<T> | undefined;
  return (...asked) =>
    (doing ??= work(...asked).catch((error: unknown) => {
      doing = undefined;
      throw error;
    }));
}

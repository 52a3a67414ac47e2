import { hasCode, type TestudoError } from '../../error.ts';
import type { Plain } from '../../plain.ts';
import type { Datasource } from '../../store/datasource.ts';

/** How far a sink is with one partition. Kept in the host's datasource. */
export interface SinkCursor {
  /** the life of the authority that wrote the entry of `seq` */
  readonly term: string;
  /** up to where all has been delivered, or was not asked for */
  readonly seq: number;
  /** The last seq of the batch that is being delivered: after a crash the same batch is delivered again. */
  readonly until: number | null;
  /** The receiver has said that it wants nothing more; as it was configured then. */
  readonly gone?: string;
}

/** Where the cursor of a sink and a partition is kept. */
export interface SinkCursorPlace {
  readonly datasource: Pick<Datasource, 'get' | 'commit'>;
  readonly sink: string;
  readonly partition: string;
}

/** The cursor of a sink; `null` for one that is new. @param onDamaged hears of one that is damaged: `null` as well */
export async function loadCursor(
  { datasource, sink, partition }: SinkCursorPlace,
  onDamaged: (error: TestudoError) => void,
): Promise<SinkCursor | null> {
  try {
    return ((await datasource.get(`sinks/${sink}`, partition)) as SinkCursor | undefined) ?? null;
  } catch (error) {
    if (!hasCode(error) || error.code !== 'CORRUPT') throw error;
    onDamaged(error);
    return null;
  }
}

/** Resolves when it is durable. */
export function saveCursor({ datasource, sink, partition }: SinkCursorPlace, cursor: SinkCursor): Promise<void> {
  return datasource.commit([{ collection: `sinks/${sink}`, key: partition, value: { ...cursor } as Plain }]);
}

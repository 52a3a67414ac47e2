import { existsSync, readFileSync } from 'node:fs';

import type { SinkBatch, SinkRecord } from '@testudo/fabric/host/sinks/sink-api';

type Line = SinkRecord & Pick<SinkBatch, 'delivery' | 'sink'>;

/** The lines of a file sink, oldest first. @throws SyntaxError for one that is torn */
export function linesIn(path: string): readonly Line[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Line);
}

/** The same, as the batches that they came in. */
export function batchesIn(path: string): readonly SinkBatch[] {
  const batches: (SinkBatch & { readonly records: SinkRecord[] })[] = [];
  const seen = new Set<string>();
  for (const { delivery, sink, ...record } of linesIn(path)) {
    const { modelName } = record;
    const last = batches.at(-1);
    const isNext = last?.delivery === delivery && !seen.has(JSON.stringify(record));
    if (!isNext) seen.clear();
    seen.add(JSON.stringify(record));
    if (isNext) last.records.push(record);
    else batches.push({ delivery, sink, modelName, records: [record] });
  }
  return batches;
}

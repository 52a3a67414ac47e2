import type { HostReport, StorageStanding } from '@testudo/fabric';

import type { AccountLine } from './account-text.ts';
import { counted } from './acts/act.ts';

/** A line never begins with the dot. */
const between = '\u00a0· ';

/** Where a host keeps its models, kind by kind; of this browser also how much it keeps, and how long. */
export function storeLines({ partitions }: HostReport, standing: StorageStanding | null): readonly AccountLine[] {
  const kinds = [...new Set(partitions.map(({ kind }) => kind))].sort();
  const lines = kinds.map((kind) => {
    const kept = partitions.filter((partition) => partition.kind === kind);
    const sum = (of: 'objects' | 'pending' | 'refused') => kept.reduce((total, partition) => total + partition[of], 0);
    const text = [
      counted(kept.length, 'model'),
      counted(sum('objects'), 'object'),
      `${sum('pending')} unsent`,
      `${sum('refused')} refused`,
    ];
    return {
      key: kind,
      term: kind,
      text: text.join(between),
      ...(sum('refused') > 0 ? { tone: 'warn' as const } : {}),
    };
  });
  return standing === null ? lines : [...lines, browserLine(standing)];
}

function browserLine({ usage, quota, persisted }: StorageStanding): AccountLine {
  const size =
    usage === null ? 'size not told' : `${megabytes(usage)}${quota === null ? '' : ` of ${megabytes(quota)}`}`;
  const keeps = persisted === true ? 'until it is cleared' : 'may be removed when space is short';
  return {
    key: 'browser',
    term: 'this browser',
    text: [size, persisted === null ? 'not told for how long' : keeps].join(between),
  };
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

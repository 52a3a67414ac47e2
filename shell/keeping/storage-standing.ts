import type { StorageStanding } from '@testudo/fabric/app-sync';
import type { HostReport } from '@testudo/fabric/host/host-api';

/** What a browser tells of its storage; older ones tell less, or nothing. */
export type BrowserStorage = Partial<Pick<StorageManager, 'estimate' | 'persisted' | 'persist'>>;

/** What this browser keeps, by itself and by its host's report. */
export async function storageStanding(
  report: Pick<HostReport, 'partitions' | 'troubles'>,
  storage: BrowserStorage | undefined,
): Promise<StorageStanding> {
  const [estimate, persisted] = await Promise.all([
    told(async () => storage?.estimate?.()),
    told(async () => storage?.persisted?.()),
  ]);
  const kinds = report.partitions.map(({ partition, kind }) => [partition.slice(partition.indexOf('/') + 1), kind]);
  return {
    usage: estimate?.usage ?? null,
    quota: estimate?.quota ?? null,
    persisted: persisted ?? null,
    kinds: kinds.reduce<{ [modelName: string]: string }>(
      (all, [modelName = '', kind = '']) => ({ ...all, [modelName]: kind }),
      {},
    ),
    troubles: report.troubles ?? [],
  };
}

/** A browser that refuses storage refuses to tell of it as well. */
async function told<T>(ask: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await ask();
  } catch {
    return undefined;
  }
}

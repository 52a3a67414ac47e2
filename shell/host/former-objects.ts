import type { Principal } from '@testudo/fabric/access/principal';
import type { RunningHost } from '@testudo/fabric/host/host-options';
import { leftOf, takeFormer, type NotTaken, type TakeOptions } from '@testudo/fabric/sync/take-former';

import type { FormerStanding } from '../tabs/host-service.ts';
import { formerDatabases, removeFormer, type FormerDatabase } from './former-database.ts';

/**
 * What was made in this browser while it was alone, under another name than its user has now: looks what has not been
 * taken over, or takes it over. A former database is removed when everything in it is accepted, or shown as refused.
 */
export async function formerObjects(
  act: 'look' | 'take',
  host: RunningHost,
  principal: Principal,
): Promise<FormerStanding> {
  const options: TakeOptions = {
    now: () => Date.now(),
    taker(modelName) {
      const partition = host.partition(modelName);
      return {
        write: (draft) => partition.write(draft, principal),
        former: (request) => partition.former(request, principal),
        get: (id) => partition.get(id),
      };
    },
  };
  const standing: { objects: { [modelName: string]: number }; notTaken: NotTaken[] } = { objects: {}, notTaken: [] };
  for (const database of await formerDatabases(principal.user || 'nobody')) {
    try {
      await deal(database, act, { host, options, standing });
    } finally {
      database.close();
    }
  }
  return standing;
}

interface Dealing {
  readonly host: RunningHost;
  readonly options: TakeOptions;
  readonly standing: { readonly objects: { [modelName: string]: number }; readonly notTaken: NotTaken[] };
}

async function deal(
  database: FormerDatabase,
  act: 'look' | 'take',
  { host, options, standing }: Dealing,
): Promise<void> {
  if (act === 'take') {
    await database.fence();
    standing.notTaken.push(...(await takeFormer(database, options)));
  }
  const left = await leftOf(database, options);
  for (const { modelName } of left) standing.objects[modelName] = (standing.objects[modelName] ?? 0) + 1;
  const models = new Set(database.states.map(({ modelName }) => modelName));
  // One without objects may get its first right now.
  if (!database.isWhole || models.size === 0 || left.length > 0) return;
  if ([...models].some((modelName) => isOnItsWay(host, modelName))) return;
  database.close();
  await removeFormer(database.name);
}

function isOnItsWay(host: RunningHost, modelName: string): boolean {
  return host
    .partition(modelName)
    .pending()
    .some(({ kind }) => kind === 'hand-over');
}

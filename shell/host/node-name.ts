import type { Platform } from '@testudo/fabric/platform';
import type { Datasource } from '@testudo/fabric/store/datasource';
import { soundOr } from '@testudo/fabric/store/sound-or';

import { randomHex } from '../browser-platform.ts';

const collection = 'browser-host';
const key = 'node';

/**
 * The name of this browser's host in the mesh, which is also its replica id. It lives in the same store as the
 * counters that belong to it: a store that is cleared gets another name, and never repeats a counter of the former. One
 * that is damaged gets another, too: what was made under the former is sent under that.
 */
export async function keptNodeName(datasource: Datasource, platform: Pick<Platform, 'random'>): Promise<string> {
  const kept = await soundOr(datasource.get(collection, key), () => undefined);
  return typeof kept === 'string' ? kept : newNodeName(datasource, platform);
}

/** Gives the host of this store another name, from its next start on: a copy of the store goes by the former one. */
export async function newNodeName(datasource: Datasource, platform: Pick<Platform, 'random'>): Promise<string> {
  const name = `browser-${randomHex(platform, 8)}`;
  await datasource.commit([{ collection, key, value: name }]);
  return name;
}

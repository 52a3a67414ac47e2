import { beforeAll, expect, test } from 'vitest';

import type { RealmApi } from '../realm/realm-api.ts';
import type { DecideRequest } from '../spec/decision.ts';
import { memoryDatasource } from '../store/memory-datasource.ts';
import type { Datasource } from '../store/datasource.ts';
import { scriptedRealm } from '../testing/scripted-realm.ts';
import { settled, virtualPlatform } from '../testing/virtual-platform.ts';
import { DeadlyOps } from './deadly-ops.ts';
import { decideOutlived, noticedAfterMs } from './decide-outlived.ts';
import { RealmCalls } from './realm-calls.ts';
import type { ModelRealms } from './realms.ts';

// It comes with the first need, from the disk: that takes more than a turn.
beforeAll(() => import('./deadly-book.ts'));

const ada = { user: 'ada', roles: [], tenant: 'main' };
const request = { modelName: 'note' } as DecideRequest;
const lost = { ok: false, error: { code: 'REALM_LOST', message: 'it ran away' } } as const;
const never = new Promise<never>(() => undefined);

/** What becomes of the host when a realm of its ends: nothing; it ends with it; it ends with the next commit. */
const fates = ['stays', 'ends', 'ends once noted'] as const;
type Fate = (typeof fates)[number];

/** All orders of fates for so many deaths. */
function orders(deaths: number): readonly (readonly Fate[])[] {
  if (deaths === 0) return [[]];
  return orders(deaths - 1).flatMap((order) => fates.map((fate) => [...order, fate]));
}

interface Life {
  isOver: boolean;
  endsWithCommit: boolean;
  /** settles when it is over */
  readonly over: Promise<void>;
  end(): void;
}

function newLife(): Life {
  let tell = (): void => undefined;
  const over = new Promise<void>((resolve) => (tell = resolve));
  const end = (): void => {
    life.isOver = true;
    tell();
  };
  const life: Life = { isOver: false, endsWithCommit: false, over, end };
  return life;
}

/** The store of one life: what it has committed is there in the next one, what comes after its end is not. */
function storeOf(disk: Datasource, life: Life): Pick<Datasource, 'get' | 'commit'> {
  return {
    get: (...key) => (life.isOver ? never : disk.get(...key)),
    async commit(writes) {
      if (life.isOver) return never;
      await disk.commit(writes);
      if (life.endsWithCommit) life.end();
      return life.isOver ? never : undefined;
    },
  };
}

/** Pushes one op to a host over and over, until it is decided. @param diesIn where each decision about it ends the realm */
async function pushUntilDecided(diesIn: readonly ('main' | 'alone')[], order: readonly Fate[]) {
  const disk = memoryDatasource();
  let deaths = 0;
  let life = newLife();
  const start = (): (() => Promise<string>) => {
    life = newLife();
    const own = life;
    const platform = virtualPlatform();
    const deadly = new DeadlyOps({ datasource: storeOf(disk, own), platform });
    const realmOf = (place: 'main' | 'alone', onDeath: () => void): RealmApi =>
      scriptedRealm({
        async decide() {
          if (place === 'main') platform.pass(noticedAfterMs);
          await settled();
          if (!diesIn.includes(place)) return [{ ok: true, value: { build: place } as never }];
          const fate = order[deaths] ?? 'ends';
          deaths += 1;
          if (fate === 'ends') own.end();
          if (own.isOver) return never;
          own.endsWithCommit = fate === 'ends once noted';
          onDeath();
          return [lost];
        },
      });
    const realm: ModelRealms = {
      ready: async () => realmOf('main', () => undefined),
      async alone(_modelName, use) {
        let reason: string | null = null;
        await use(realmOf('alone', () => (reason = 'it ran away'))).catch(() => undefined);
        return reason;
      },
    };
    const calls = new RealmCalls({ platform, tenant: 'main' });
    const suspect = { key: () => 'b:1 digest', what: 'b:1', build: 'b1' };
    const codeOf = (error: unknown): string => (error as { readonly code: string }).code;
    return () =>
      Promise.race([
        own.over.then(() => 'over'),
        decideOutlived({ realm, deadly, suspect }, request, { calls, principal: ada }).then(
          ({ build }) => `decided in ${build}`,
          codeOf,
        ),
      ]);
  };
  let push = start();
  for (let pushes = 1; pushes < 50; pushes += 1) {
    const outcome = await push();
    if (outcome !== 'over' && outcome !== 'REALM_LOST') return { outcome, deaths };
    for (let turn = 0; turn < 12; turn += 1) await settled();
    if (life.isOver) push = start();
  }
  return { outcome: 'never', deaths };
}

test('an op that ends every realm is refused in the end, in every order of restarts', async () => {
  const most = { stays: 0, deaths: 0 };
  for (const order of orders(6)) {
    const { outcome, deaths } = await pushUntilDecided(['main', 'alone'], order);
    if (outcome !== 'HOOK_TIMEOUT') expect({ order, outcome }).toEqual({ order, outcome: 'HOOK_TIMEOUT' });
    most.deaths = Math.max(most.deaths, deaths);
    if (order.every((fate) => fate === 'stays')) most.stays = deaths;
  }
  expect(most).toEqual({ stays: 3, deaths: 7 });
});

test('an op that is always there when a realm ends, and ends none itself, is decided in the end, in every order of restarts', async () => {
  let most = 0;
  for (const order of orders(5)) {
    const { outcome, deaths } = await pushUntilDecided(['main'], order);
    if (outcome !== 'decided in alone') expect({ order, outcome }).toEqual({ order, outcome: 'decided in alone' });
    most = Math.max(most, deaths);
  }
  expect(most).toBe(2);
});

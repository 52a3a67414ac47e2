import { expect, test } from 'vitest';

import type { Principal } from '../../access/principal.ts';
import { defineModel } from '../../spec/define-model.ts';
import type { ModelSpec } from '../../spec/model-spec.ts';
import type { RunningHost } from '../../host/host-options.ts';
import type { ObjectState } from '../../record/object-state.ts';
import type { FeedEntry } from '../../sync/wire.ts';
import { openWorld, type Device, type World } from './world.ts';

const dayMs = 24 * 3600 * 1000;
const opsEach = 10_000;
const shared = 50;
const models = ['note', 'plan'] as const;

/** Notes are everybody's; plans are for planners. Whoever marks one adds to its trail: twice would show. */
function spec(modelName: (typeof models)[number]): ModelSpec {
  const who = modelName === 'note' ? 'tenant' : 'role:planner';
  return defineModel({
    modelName,
    endpoint: `${modelName}s`,
    factory: () => (input) => ({ trail: [], ...input }),
    commands: {
      mark: { command: (model, by) => model.update({ trail: [...(model.fields['trail'] as string[]), String(by)] }) },
    },
    accessControlList: { create: [who], read: ['tenant'], write: [who] },
  }) as unknown as ModelSpec;
}

const planner = (user: string): Principal => ({ user, roles: ['planner'], tenant: 'main' });

type Done = { readonly modelName: string; readonly opId: string; readonly tag: string };

/** One user's day: every tenth op is on an object that the other changes too, half are on plans. */
async function work({ process: { host }, principal }: Device, world: World): Promise<readonly Done[]> {
  const { user } = principal;
  const done: Done[] = [];
  for (let index = 0; index < opsEach; index += 1) {
    const modelName = models[index % 2] as string;
    const isShared = index % 20 < 2;
    const id = isShared ? `shared-${Math.floor(index / 20) % shared}` : `${user}-${index % 400}`;
    const tag = `${user} ${index}`;
    const request = { modelName, id, kind: 'command', command: 'mark', input: tag } as const;
    const isNew = !isShared && index < 400;
    const { opId } = await host.write(
      isNew ? { modelName, id, kind: 'create', input: { trail: [tag] } } : request,
      principal,
    );
    done.push({ modelName, opId, tag });
    if (index % 100 === 99) await world.time.wait((dayMs / opsEach) * 100);
  }
  return done;
}

async function isSettled({ process: { host } }: Device): Promise<boolean> {
  return (await host.inspect()).partitions.every(({ pending }) => pending === 0);
}

async function objectsOf(host: RunningHost, modelName: string): Promise<readonly ObjectState[]> {
  return (await host.list(modelName, {}, planner('cleo'))).objects;
}

/** The ops of a replica that the server has accepted, in `seq` order. */
function acceptedBy(world: World, modelName: string, node: string): readonly string[] {
  const log = world.server.disk.entries(`log/main/${modelName}`);
  return log.map(({ value }) => (value as unknown as FeedEntry).opId).filter((opId) => opId.startsWith(`${node}:`));
}

const counterOf = (opId: string): number => Number(opId.split(':')[1]);

test('two browsers a day offline, ten thousand ops each, half of the rights gone: they agree, once and in order', async () => {
  const world = await openWorld({ seed: 1, builds: [{ remote: 'office', build: 'b1', models: models.map(spec) }] });
  for (const user of ['ann', 'bob']) world.sessions.set(user, planner(user));
  for (const modelName of models)
    for (let index = 0; index < shared; index += 1)
      await world.outcome(
        world.server.host.write({ modelName, id: `shared-${index}`, kind: 'create', input: {} }, planner('cleo')),
      );
  const devices = [await world.addDevice('ann-1', planner('ann')), await world.addDevice('bob-1', planner('bob'))];
  await world.pass(10_000);
  for (const { cable } of devices) cable.cut(true);
  const done = await world.outcome(Promise.all(devices.map((device) => work(device, world))), 2 * dayMs);
  expect(done.map(({ length }) => length)).toEqual([opsEach, opsEach]);

  for (const user of ['ann', 'bob']) world.sessions.set(user, { user, roles: [], tenant: 'main' });
  for (const { cable } of devices) cable.cut(false);
  const isOver = async (): Promise<boolean> => (await Promise.all(devices.map(isSettled))).every((settled) => settled);
  for (let waits = 0; waits < 100 && !(await isOver()); waits += 1) await world.pass(1000);
  await world.pass(10_000);

  for (const modelName of models) {
    const there = await objectsOf(world.server.host, modelName);
    for (const { process } of devices) expect(await objectsOf(process.host, modelName)).toEqual(there);
    const trails = there.flatMap(({ fields }) => fields['trail'] as string[]);
    for (const [index, { process, principal }] of devices.entries()) {
      const own = (done[index] ?? []).filter((each) => each.modelName === modelName);
      const accepted = acceptedBy(world, modelName, process.node);
      expect(accepted).toEqual(modelName === 'note' ? own.map(({ opId }) => opId) : []);
      expect(accepted.map(counterOf)).toEqual(accepted.map((_, at) => at + 1));
      const mine = trails.filter((tag) => tag.startsWith(`${principal.user} `));
      expect(mine.toSorted()).toEqual((modelName === 'note' ? own.map(({ tag }) => tag) : []).toSorted());
      const refused = (await process.host.refused(principal)).filter((each) => each.modelName === modelName);
      expect(refused.map(({ opId }) => opId)).toEqual(modelName === 'plan' ? own.map(({ opId }) => opId) : []);
      expect(new Set(refused.map(({ error }) => error.code))).toEqual(
        new Set(modelName === 'plan' ? ['FORBIDDEN'] : []),
      );
    }
    for (const { fields } of there) expect(isInOrder(fields['trail'] as string[])).toBe(true);
  }
}, 120_000);

/** Whether each user's marks on an object are in the order in which he made them. */
function isInOrder(trail: readonly string[]): boolean {
  const latest = new Map<string, number>();
  return trail.every((tag) => {
    const [user = '', index] = tag.split(' ');
    const isNext = Number(index) > (latest.get(user) ?? -1);
    latest.set(user, Number(index));
    return isNext;
  });
}

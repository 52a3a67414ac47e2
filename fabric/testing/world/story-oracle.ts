import type { WriteRequest } from '../../host/host-api.ts';
import { isUnfinished } from '../../record/flow-owner.ts';
import type { ObjectState } from '../../record/object-state.ts';
import { plainEqual } from '../../record/plain-equal.ts';
import { asPlain } from '../../sync/keys.ts';
import type { DecidedOp } from '../../sync/authority-book.ts';
import type { FeedEntry } from '../../sync/wire.ts';
import type { StoryPartner } from './story-model.ts';
import type { Device, World } from './world.ts';

/** A write of which a device was told that it is kept. */
export interface Acknowledged {
  readonly node: string;
  readonly opId: string;
  readonly request: WriteRequest;
}

export interface StoryEnd {
  readonly world: World;
  readonly partner: StoryPartner;
  readonly acknowledged: readonly Acknowledged[];
}

const model = 'parcel';

function recordsOf<T>(world: World, collection: string): readonly T[] {
  return world.server.disk.entries(`${collection}/main/${model}`).map(({ value }) => value as unknown as T);
}

/** What is wrong at the end of a story; nothing, if every law held. */
export async function storyFaults(end: StoryEnd): Promise<readonly string[]> {
  const { world } = end;
  const { objects } = await world.server.host.list(model, {}, { user: 'ann', roles: [], tenant: 'main' });
  const devices = [...world.devices.values()];
  const agreement = await Promise.all(devices.map((device) => disagreements(device, objects)));
  return [...agreement.flat(), ...(await lostWrites(end)), ...doubledMarks(end, objects), ...flowFaults(end, objects)];
}

/** L3: who has the same feed and an empty outbox has the same objects. */
async function disagreements(
  { process, principal }: Device,
  there: readonly ObjectState[],
): Promise<readonly string[]> {
  const { node, host } = process;
  const here = (await host.list(model, {}, principal)).objects;
  const faults = (await host.inspect()).partitions
    .filter(({ pending }) => pending > 0)
    .map(({ pending }) => `${node}: ${pending} changes were never decided`);
  for (const state of there) {
    const own = here.find(({ id }) => id === state.id);
    if (!own || !plainEqual(asPlain(own), asPlain(state)))
      faults.push(`${node}: ${state.id} is another one than at the server`);
  }
  if (here.length !== there.length) faults.push(`${node}: has ${here.length} objects, the server ${there.length}`);
  return faults;
}

/** L2, L4: what was acknowledged was accepted once, or refused and told. */
async function lostWrites({ world, acknowledged }: StoryEnd): Promise<readonly string[]> {
  const accepted = new Map<string, number>();
  for (const { opId } of recordsOf<FeedEntry>(world, 'log')) accepted.set(opId, (accepted.get(opId) ?? 0) + 1);
  const refused = new Set<string>();
  for (const { process, principal } of world.devices.values())
    for (const { opId } of await process.host.refused(principal)) refused.add(opId);
  return acknowledged
    .filter(({ opId }) => (accepted.get(opId) ?? 0) + (refused.has(opId) ? 1 : 0) !== 1)
    .map(
      ({ node, opId }) =>
        `${node}: ${opId} was accepted ${accepted.get(opId) ?? 0} times, refused: ${refused.has(opId)}`,
    );
}

/** L4: each accepted command took effect once. */
function doubledMarks({ world, acknowledged }: StoryEnd, objects: readonly ObjectState[]): readonly string[] {
  const accepted = new Map(
    recordsOf<DecidedOp>(world, 'ops').map(({ op, result }) => [`${op.replica}:${op.counter}`, result.status]),
  );
  const faults: string[] = [];
  for (const { opId, request } of acknowledged) {
    const state = objects.find(({ id }) => id === request.id);
    if (!state || request.kind !== 'command' || request.command !== 'mark') continue;
    const times = (state.fields['trail'] as readonly string[]).filter((tag) => tag === request.input).length;
    if (times !== (accepted.get(opId) === 'accepted' ? 1 : 0)) faults.push(`${opId}: its mark is there ${times} times`);
  }
  return faults;
}

/** L4, L9: flows have ended; what they say was done was done, and what was taken back was taken back once. */
function flowFaults({ partner }: StoryEnd, objects: readonly ObjectState[]): readonly string[] {
  const { effects } = partner;
  const faults: string[] = [];
  for (const { id, flow, fields } of objects) {
    if (flow === null) continue;
    if (isUnfinished(flow)) faults.push(`${id}: its flow has not ended`);
    for (const { port, key, status } of flow.done) {
      const isDone = status === 'done' || status === 'undone';
      if (isDone && !effects.includes(key)) faults.push(`${id}: ${port} is ${status}, but nobody did it`);
    }
    const undone = flow.done.filter(({ status }) => status === 'undone').map(({ key }) => key.replace(/\.undo$/, ''));
    const done = flow.done.filter(({ status }) => status === 'done').map(({ key }) => key);
    if (fields['canceled'] && done.some((key) => !undone.includes(key))) faults.push(`${id}: not all was taken back`);
    if (new Set(undone).size !== undone.length) faults.push(`${id}: something was taken back twice`);
  }
  return faults;
}

import type { Principal } from '../access/principal.ts';
import type { PlainRecord } from '../plain.ts';
import { defineModel } from '../spec/define-model.ts';
import type { ModelSpec } from '../spec/model-spec.ts';
import { modelWorld, type Adapters, type ModelWorld } from './model-world.ts';

/** Owns the thing that is called. */
export const ada: Principal = { user: 'ada', roles: [], tenant: 'main' };
/** May read it, and call `weigh`, which has a right of its own. */
export const scale: Principal = { user: 'scale', roles: ['scale'], tenant: 'main' };

/** A thing with ports of every sort that a caller from outside may try. */
export const calledModel: ModelSpec = defineModel({
  modelName: 'thing',
  endpoint: 'things',
  factory: () => (input) => input,
  validate: ({ fields }) => {
    if (fields['weight'] === 0) throw new Error('a thing weighs something');
  },
  approvedChanges: ['note', 'place'],
  ports: {
    weigh: { type: 'inbound', keys: 'weight', maxRetry: 2 },
    rank: { type: 'inbound', keys: [] },
    arrive: {
      type: 'inbound',
      writes: ['place'],
      producesEvent: 'thingArrived',
      callback: (_options, { place }) => ({ place: place ?? 'here' }),
    },
    greedy: { type: 'inbound', writes: ['note'], callback: () => ({ weight: 1 }) },
    frail: {
      type: 'inbound',
      writes: ['note'],
      maxRetry: 0,
      callback: (_options, { note = '' }) => {
        if (note === 'bad') throw new Error('that is no note');
        return { note };
      },
      circuitBreaker: { default: { errorRate: 50, callVolume: 2, intervalMs: 10_000 } },
    },
    welcome: { type: 'outbound', consumesEvent: 'thingArrived', keys: 'note' },
    read: { type: 'inbound', keys: 'note' },
    off: { type: 'inbound', keys: 'note', disabled: true },
  },
  commands: { tidy: { command: () => ({ note: 'tidy' }) } },
  accessControlList: {
    create: ['owner'],
    read: ['owner', 'role:scale', 'role:guest'],
    write: ['owner'],
    weigh: ['role:scale', 'owner'],
  },
}) as unknown as ModelSpec;

/** A server with one thing of ada's. */
export async function callWorld(adapters: Adapters = {}, input: PlainRecord = {}) {
  const world: ModelWorld = await modelWorld(calledModel, adapters);
  const { state } = await world.server.write({ modelName: 'thing', kind: 'create', input }, ada);
  const target = { modelName: 'thing', id: state.id } as const;
  const fields = async (): Promise<PlainRecord> => (await world.server.find('thing', state.id, ada)).fields;
  return { ...world, target, fields };
}

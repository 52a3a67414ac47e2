import { TestudoError } from '../../error.ts';
import { defineModel } from '../../spec/define-model.ts';
import type { ModelSpec } from '../../spec/model-spec.ts';
import type { Adapters, CalledPort } from '../model-realm.ts';
import type { Random } from '../sim/random.ts';
import type { VirtualTime } from '../sim/virtual-time.ts';

/**
 * What stories are about: a parcel that is packed where its owner is, shipped by the server, and taken back when it is
 * called off. A mark in its trail that was made twice would be there twice.
 */
export const parcel: ModelSpec = defineModel({
  modelName: 'parcel',
  endpoint: 'parcels',
  factory: () => (input) => ({ trail: [], ...input }),
  validate: ({ fields }) => {
    if (fields['weight'] === 'wrong') throw new Error('a parcel cannot weigh that');
  },
  commands: {
    mark: { command: (model, by) => model.update({ trail: [...(model.fields['trail'] as string[]), String(by)] }) },
    cancel: { command: (model) => model.update({ canceled: true }).compensate() },
  },
  ports: {
    pack: { type: 'outbound', consumesEvent: 'parcelCreated', producesEvent: 'packed', undo: 'unpack', timeout: 2000 },
    unpack: { type: 'outbound', timeout: 2000 },
    ship: {
      type: 'outbound',
      consumesEvent: 'packed',
      placement: 'server',
      undo: 'unship',
      timeout: 2000,
      maxRetry: 6,
    },
    unship: { type: 'outbound', placement: 'server', timeout: 2000, maxRetry: 6 },
  },
  accessControlList: { create: ['tenant'], read: ['tenant'], write: ['tenant'], delete: ['tenant'] },
}) as unknown as ModelSpec;

/** Whom the ports call: it does a thing once for each key, however often it is asked. */
export interface StoryPartner {
  readonly adapters: Adapters;
  /** keys, in the order in which they took effect */
  readonly effects: string[];
  calls: number;
}

/** A partner that takes its time, and while the story is rough does not always answer. */
export function storyPartner(around: {
  readonly random: () => Random;
  readonly time: () => VirtualTime;
  isRough(): boolean;
}): StoryPartner {
  const effects: string[] = [];
  const call: CalledPort = async ({ idempotencyKey }) => {
    const random = around.random();
    partner.calls += 1;
    await around.time().wait(random.between(1, 80));
    if (around.isRough() && random.chance(0.1)) throw new TestudoError('UNAVAILABLE', 'the partner is busy');
    if (!effects.includes(idempotencyKey)) effects.push(idempotencyKey);
    if (around.isRough() && random.chance(0.1)) throw new TestudoError('LINK_CLOSED', 'the answer was lost');
    return {};
  };
  const ports = ['pack', 'unpack', 'ship', 'unship'];
  const partner: StoryPartner = { effects, calls: 0, adapters: Object.fromEntries(ports.map((port) => [port, call])) };
  return partner;
}

import { defineModel } from '@testudo/fabric';
import * as v from 'valibot';

const whole = (least: number, most: number) =>
  v.pipe(v.number(), v.integer('a whole number'), v.minValue(least), v.maxValue(most));

/** A market's offers, made by a seeded generator, and the best of them once they are ranked. */
export const offer = defineModel({
  modelName: 'offer',
  endpoint: 'offers',
  domain: 'sales',
  schema: v.strictObject({
    title: v.pipe(v.string(), v.maxLength(120)),
    seed: whole(-2_147_483_648, 2_147_483_647),
    rows: whole(1, 1_000_000),
    best: v.array(v.strictObject({ offer: v.number(), score: v.number() })),
    checksum: v.nullable(v.number()),
  }),
  factory: () => (input) => ({ title: '', seed: 1, rows: 200_000, best: [], checksum: null, ...input }),
  ports: {
    rankOffers: {
      type: 'inbound',
      compute: true,
      keys: ['best', 'checksum'],
      writes: ['best', 'checksum'],
      timeout: 60_000,
    },
  },
  accessControlList: {
    create: ['tenant'],
    read: ['tenant'],
    write: ['owner'],
    delete: ['owner'],
    rankOffers: ['tenant'],
  },
});

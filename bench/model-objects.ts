import type { PlainRecord } from '@testudo/fabric/plain';
import { decide } from '@testudo/fabric/spec/decide';
import type { DecideRequest } from '@testudo/fabric/spec/decision';
import { modelObject } from '@testudo/fabric/spec/model-object';
import type { ModelSpec } from '@testudo/fabric/spec/model-spec';

import { measure, perSecond } from './measure.ts';
import type { Group, Round, Row } from './measure.ts';
import { fieldsOf } from './objects.ts';

const OBJECTS = 20_000;
const inputs = Array.from({ length: OBJECTS }, (_, index) => fieldsOf(index));

function check(fields: PlainRecord): void {
  for (const key of Object.keys(fields)) if (key === '') throw new Error('a field needs a name');
}

const spec: ModelSpec = {
  modelName: 'item',
  endpoint: 'items',
  factory:
    ({ uuid }) =>
    (input) => ({ ...input, itemNo: uuid() }),
  schema: {
    '~standard': {
      version: 1,
      vendor: 'bench',
      validate(value) {
        check(value as PlainRecord);
        return { value: value as PlainRecord };
      },
    },
  },
  validate: ({ fields }) => check(fields),
  accessControlList: {},
};

let made = 0;
const uuid = (): string => `u${(made += 1)}`;
const context = { build: 'b1', uuid, now: () => 1 };

function createOurs(input: PlainRecord, index: number): unknown {
  const request: DecideRequest = {
    ...{ at: 'origin', modelName: 'item', id: `o${index}`, kind: 'create' },
    ...{ current: null, version: 0, command: null, input, patch: null },
  };
  return decide(spec, request, context);
}

/** What an application would do without a host: the same factory and checks, a frozen copy. */
function createBare(input: PlainRecord): unknown {
  const fields = structuredClone({ ...input, itemNo: uuid() });
  check(fields);
  check(fields);
  return Object.freeze(fields);
}

function roundOf(create: (input: PlainRecord, index: number) => unknown): Round {
  return () => perSecond(OBJECTS, () => inputs.forEach(create));
}

async function run(): Promise<readonly Row[]> {
  const object = (fields: PlainRecord, index: number): unknown =>
    modelObject({ modelName: 'item', id: `o${index}`, version: 1, fields });
  const unit = 'objects/s';
  return [
    ...(await measure({
      name: 'create and validate 20,000 objects',
      unit,
      ours: roundOf(createOurs),
      peers: [{ name: 'structuredClone, the same checks, freeze', round: roundOf(createBare), limit: null }],
    })),
    ...(await measure({
      name: 'create 20,000 objects of known fields',
      unit,
      ours: roundOf(object),
      peers: [
        {
          name: 'structuredClone, freeze',
          round: roundOf((fields) => Object.freeze(structuredClone(fields))),
          limit: null,
        },
      ],
    })),
  ];
}

/** Objects as model code sees them: factory, schema, `validate` and the change that they make. */
export const modelObjects: Group = { name: 'create', run };

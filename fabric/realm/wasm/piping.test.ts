import { expect, test } from 'vitest';

import { defineModel } from '../../spec/define-model.ts';
import type { ModelSpec } from '../../spec/model-spec.ts';
import { ada } from '../../testing/flow-world.ts';
import { modelWorld } from '../../testing/model-world.ts';
import { settled } from '../../testing/virtual-platform.ts';
import { alloc, answer, assemble, echo, op } from '../../testing/wasm-module.ts';
import { loadModule } from '../../testing/wasm-world.ts';

const memory = { initial: 1, maximum: 1 };
const weight = '{"grams":750}';

const thing = defineModel({
  modelName: 'thing',
  endpoint: 'things',
  factory: () => (input) => input,
  ports: {
    weigh: { type: 'outbound', consumesEvent: 'thingCreated', producesEvent: 'thingWeighed' },
    echo: { type: 'outbound', consumesEvent: 'thingWeighed', producesEvent: 'thingPriced', keys: ['port', 'model'] },
  },
  accessControlList: { create: ['owner'], read: ['owner'], write: ['owner'] },
});

test("modules are piped: the event that one's port produces is what the other's consumes, and its result is there", async () => {
  const scale = assemble({
    functions: [alloc, { name: 'weigh', params: 2, results: 1, body: answer(0, op.i32(64), op.i32(weight.length)) }],
    memory,
    data: [{ at: 64, text: weight }],
  });
  const weighing = (await loadModule(scale, { functions: ['weigh'] })).adapters.get('weigh');
  const pricing = (await loadModule(assemble({ functions: [alloc, echo], memory }))).adapters.get('echo');
  const adapters = { weigh: weighing!(undefined), echo: pricing!(undefined) };
  const { server } = await modelWorld(thing as unknown as ModelSpec, adapters);
  const { state } = await server.write({ modelName: 'thing', kind: 'create', input: { name: 'anvil' } }, ada);
  await settled();
  const { fields, flow } = await server.find('thing', state.id, ada);
  expect(fields).toMatchObject({
    grams: 750,
    port: 'echo',
    model: { id: state.id, fields: { name: 'anvil', grams: 750 } },
  });
  expect(flow?.done?.map(({ port, status }) => `${port} ${status}`)).toEqual(['weigh done', 'echo done']);
});

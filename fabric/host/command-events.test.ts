import { expect, test } from 'vitest';

import { defineModel } from '../spec/define-model.ts';
import type { ModelSpec } from '../spec/model-spec.ts';
import { ada } from '../testing/flow-world.ts';
import { modelWorld } from '../testing/model-world.ts';
import { settled } from '../testing/virtual-platform.ts';

const spec = defineModel({
  modelName: 'thing',
  endpoint: 'things',
  factory: () => (input) => input,
  validate: ({ fields }, { step }) => {
    if (fields['pick'] === 'wrong') throw new Error(`by ${step?.port}, which is ${step?.status}`);
  },
  ports: {
    pick: {
      type: 'outbound',
      consumesEvent: 'thingApproved',
      timeout: 0,
      callback: (_, { answer }) => ({ pick: answer }),
    },
  },
  commands: {
    approve: { command: () => ({ state: 'APPROVED' }), producesEvent: 'thingApproved' },
    refuse: {
      command: () => {
        throw new Error('not now');
      },
      producesEvent: 'thingApproved',
    },
    rename: { command: () => ({ name: 'x' }) },
  },
  accessControlList: { create: ['owner'], read: ['owner'], write: ['owner'] },
}) as unknown as ModelSpec;

async function placed(answer: string) {
  const calls: string[] = [];
  const pick = async ({ port }: { readonly port: string }) => {
    calls.push(port);
    return { answer };
  };
  const { server } = await modelWorld(spec, { pick });
  const { state } = await server.write({ modelName: 'thing', kind: 'create', input: {} }, ada);
  const command = async (name: string) => {
    await server.write({ modelName: 'thing', kind: 'command', id: state.id, command: name, input: null }, ada);
    await settled();
    return (await server.find('thing', state.id, ada)).fields;
  };
  return { calls, command, flow: async () => (await server.find('thing', state.id, ada)).flow };
}

test('a command that was accepted fires its event, once a time; one that was refused fires nothing', async () => {
  const { calls, command, flow } = await placed('C4');
  await command('rename');
  await expect(command('refuse')).rejects.toMatchObject({ code: 'VALIDATION' });
  expect(await flow()).toBeNull();
  expect(await command('approve')).toMatchObject({ state: 'APPROVED', pick: 'C4' });
  expect(calls).toEqual(['pick']);
});

test('what validates a flow is told whose outcome it judges, and how that step ended', async () => {
  const { command, flow } = await placed('wrong');
  expect(await command('approve')).toEqual({ state: 'APPROVED' });
  expect((await flow())?.done).toMatchObject([
    { status: 'failed', error: expect.stringContaining('by pick, which is done') },
  ]);
});

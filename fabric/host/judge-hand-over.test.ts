import { expect, test } from 'vitest';

import type { Principal } from '../access/principal.ts';
import type { Plain } from '../plain.ts';
import type { DoneStep, DueStep, FlowState } from '../record/object-state.ts';
import type { ModelSpec } from '../spec/model-spec.ts';
import { modelWorld } from '../testing/model-world.ts';
import { draftOp } from '../testing/sim/draft-op.ts';

const ada: Principal = { user: 'ada', roles: [], tenant: 'main' };
const spec: ModelSpec = {
  modelName: 'thing',
  endpoint: 'things',
  factory: () => (input) => input,
  accessControlList: { read: ['owner'], write: ['owner'] },
  ports: {
    pick: { type: 'outbound', consumesEvent: 'thingCreated', undo: 'unpick' },
    unpick: { type: 'outbound' },
    pay: { type: 'outbound', consumesEvent: 'picked', placement: 'server' },
  },
};
const due = (port: string, key: string): DueStep => ({ port, event: 'e', key });
const done = (port: string, key: string): DoneStep => ({
  ...due(port, key),
  ...{ status: 'done', atMs: 1, build: 'b1', node: 'browser-ada', attempts: 1, undoable: true },
});
const none: FlowState = { owner: 'browser-ada', epoch: 1, due: [], done: [] };

/** What a browser is told that hands an object `t1` over with this flow. */
async function handOver(flow: FlowState): Promise<unknown> {
  const { guest } = await modelWorld(spec);
  const node = await guest('browser-ada', ada);
  const draft = draftOp({ id: 't1', kind: 'hand-over', input: { createdMs: 1, flow } as unknown as Plain });
  const op = { ...draft, replica: 'browser-ada', counter: 1, partition: 'main/thing' };
  const body = { replica: 'browser-ada', ops: [op] } as unknown as Plain;
  const { results } = (await node.request('sync.main.thing.push', body)) as unknown as {
    readonly results: readonly { readonly status: string; readonly error?: { readonly code: string } }[];
  };
  return results[0]?.error?.code ?? results[0]?.status;
}

test.each<[string, FlowState, string]>([
  ['its own keys', { ...none, due: [due('pick', 't1.pick.a:1')], done: [done('pick', 't1.pick.a:0')] }, 'accepted'],
  ["another object's key in what is due", { ...none, due: [due('pick', 't2.pick.a:1')] }, 'VALIDATION'],
  ["another object's key in what is done", { ...none, done: [done('pick', 't2.pick.a:1')] }, 'VALIDATION'],
  [
    "another object's key in what is to be taken back",
    { ...none, compensation: { reason: 'it failed', left: [due('pick', 't2.pick.a:1.undo')] } },
    'VALIDATION',
  ],
  ['a step of a port that is placed elsewhere', { ...none, due: [due('pay', 't1.pay.a:1')] }, 'FORBIDDEN'],
  [
    'such a step to be taken back',
    { ...none, compensation: { reason: 'it failed', left: [due('pay', 't1.pay.a:1.undo')] } },
    'FORBIDDEN',
  ],
])('a flow with %s that a browser hands over is judged by itself', async (_what, flow, outcome) => {
  expect(await handOver(flow)).toBe(outcome);
});

import { expect, test } from 'vitest';

import { TestudoError } from '../error.ts';
import type { Plain } from '../plain.ts';
import { defineModel } from './define-model.ts';
import type { ModelSpec } from './model-spec.ts';
import type { RouteAsk } from './route-call.ts';
import type { RouteHandler, RouteRequest } from './route-spec.ts';
import { runRoute } from './run-route.ts';

const state = { id: 'p1', modelName: 'parcel', version: 2, fields: { weight: 3 } };
const request: RouteRequest = {
  method: 'POST',
  path: '/parcels/p1/label',
  params: { id: 'p1' },
  query: { size: 'a' },
  headers: {},
  body: { note: 'x' },
};

/** Runs a handler as the route of a parcel; `asked` are the questions to the host. */
async function answered(handler: RouteHandler, method: 'get' | 'post' = 'post') {
  const spec = defineModel({
    modelName: 'parcel',
    endpoint: 'parcels',
    factory: () => (input) => input,
    routes: [{ path: '/parcels/:id/label', [method]: handler }],
    accessControlList: {},
  }) as unknown as ModelSpec;
  const asked: RouteAsk[] = [];
  const ask = async (question: RouteAsk): Promise<Plain> => {
    asked.push(question);
    if (question.type === 'find') return state;
    if (question.type === 'list') return { objects: [state], next: null };
    return question.type === 'call' ? { best: 'a' } : { state, opId: 'h:1' };
  };
  const call = { modelName: 'parcel', route: '/parcels/:id/label', request: { ...request, method } };
  return { answer: await runRoute(spec, call, ask), asked };
}

test.each([
  ['what it returns', () => ({ a: 1 }), { status: 200, type: 'json', body: { a: 1 } }],
  ['nothing', () => undefined, { status: 200, type: 'json', body: null }],
  ['a status', (_req, res) => res.status(201).json({ id: 'x' }), { status: 201, type: 'json', body: { id: 'x' } }],
  ['a text', (_req, res) => res.send('hello'), { status: 200, type: 'text', body: 'hello' }],
  ['no body', (_req, res) => res.status(204).send(), { status: 204, type: 'none', body: null }],
  [
    'the first of two answers',
    (_req, res) => {
      res.json(1);
      res.send('two');
      return 3;
    },
    { status: 200, type: 'json', body: 1 },
  ],
] as [string, RouteHandler, unknown][])('route - %s is answered', async (_what, handler, answer) => {
  expect((await answered(handler)).answer).toEqual(answer);
});

test('route - its handler sees plain, frozen data, and asks in the name of its model alone', async () => {
  const { answer, asked } = await answered(async (req, _res, ports) => {
    expect(() => ((req.params as { id: string }).id = 'other')).toThrow(TypeError);
    await ports.createModel({ weight: 1 });
    await ports.editModel('p1', { weight: 2 });
    await ports.removeModel('p1');
    await ports.emitEvent('parcelSeen', 'p1', { by: 'gate' });
    const [listed] = await ports.listModels({ limit: 1 });
    return {
      found: await ports.findModel(req.params['id'] ?? ''),
      listed,
      called: await ports.invokePort('p1', 'weigh', 1),
    };
  });
  const parcel = { weight: 3, id: 'p1', modelName: 'parcel', version: 2 };
  expect(answer.body).toEqual({ found: parcel, listed: parcel, called: { best: 'a' } });
  expect(asked.map(({ modelName, ...question }) => [modelName, question])).toEqual(
    [
      { type: 'write', kind: 'create', input: { weight: 1 } },
      { type: 'write', kind: 'update', id: 'p1', input: { weight: 2 } },
      { type: 'write', kind: 'delete', id: 'p1', input: null },
      { type: 'emit', id: 'p1', name: 'parcelSeen', payload: { by: 'gate' } },
      { type: 'list', query: { limit: 1 } },
      { type: 'find', id: 'p1' },
      { type: 'call', id: 'p1', port: 'weigh', args: [1] },
    ].map((question) => ['parcel', question]),
  );
});

test.each([
  ['createModel', (ports) => ports.createModel({})],
  ['editModel', (ports) => ports.editModel('p1', {})],
  ['removeModel', (ports) => ports.removeModel('p1')],
  ['invokePort', (ports) => ports.invokePort('p1', 'weigh')],
  ['emitEvent', (ports) => ports.emitEvent('seen', 'p1')],
] as [string, (ports: Parameters<RouteHandler>[2]) => Promise<unknown>][])(
  'route - a get asks for no %s',
  async (_name, act) => {
    const failed = answered((_req, _res, ports) => act(ports), 'get');
    await expect(failed).rejects.toMatchObject({ code: 'METHOD_UNKNOWN' });
  },
);

test.each([
  ['a fault', () => Promise.reject(new Error('no such shelf')), 'VALIDATION'],
  ['a code of ours', () => Promise.reject(new TestudoError('NOT_FOUND', 'gone')), 'NOT_FOUND'],
  ['a status that is none', (_req, res) => res.status(99).json(1), 'VALIDATION'],
  ['an answer that is not plain', () => new Map(), 'INTERNAL'],
  ['too much', () => 'x'.repeat(1024 * 1024), 'INTERNAL'],
] as [string, RouteHandler, string][])('route - %s is an error', async (_what, handler, code) => {
  await expect(answered(handler)).rejects.toMatchObject({ code });
});

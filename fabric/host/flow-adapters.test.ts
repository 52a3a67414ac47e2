import { expect, test } from 'vitest';

import { flowWorld } from '../testing/flow-world.ts';
import type { CalledPort } from '../testing/model-world.ts';

/** Adapters of several partners; each does once what a key asks for, unless it is ill. */
function partners() {
  const log: string[] = [];
  const ill = new Set<string>();
  const of =
    (name: string): CalledPort =>
    async ({ idempotencyKey }) => {
      if (ill.has(name)) throw new Error(`${name} is ill`);
      const effect = `${name} ${idempotencyKey.slice(idempotencyKey.indexOf('.'))}`;
      if (!log.includes(effect)) log.push(effect);
      return { [name]: true };
    };
  return { log, ill, of };
}

test('a step is done when all its adapters are, however often some are called again', async () => {
  const { log, ill, of } = partners();
  const { place, pass, flow } = await flowWorld({}, { pick: [of('stock'), of('mail')] });
  ill.add('mail');
  const id = await place();
  ill.clear();
  await pass();
  expect(log).toEqual(['stock .pick.server-1:1', 'mail .pick.server-1:1.1']);
  expect((await flow(id))?.done[0]).toMatchObject({ port: 'pick', status: 'done', attempts: 2 });
});

test('where one of them fails for good, what the others did is taken back by all', async () => {
  const { log, ill, of } = partners();
  const adapters = { pick: [of('stock'), of('mail')], unpick: [of('back'), of('post')] };
  const { place, pass, flow } = await flowWorld({}, adapters);
  ill.add('mail');
  const id = await place();
  await pass();
  expect(log).toEqual(['stock .pick.server-1:1', 'back .pick.server-1:1.undo', 'post .pick.server-1:1.undo.1']);
  expect((await flow(id))?.done).toMatchObject([
    { port: 'pick', status: 'failed', isAnswered: true, error: 'thing.pick (thing#pick1): mail is ill' },
    { port: 'pick', status: 'undone' },
  ]);
});

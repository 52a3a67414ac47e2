import { wrap } from 'comlink';
import { expect, onTestFinished, test } from 'vitest';

import { openBroadcastEndpoint } from '../tabs/broadcast-endpoint.ts';
import type { HostService } from '../tabs/host-service.ts';
import { tabNames, wireRevision, type DoorMessage } from '../tabs/wire.ts';
import { serveFollowers } from './serve-followers.ts';

const locks = { request: () => new Promise(() => undefined) } as unknown as LockManager;

/** A tab of this revision that asks a host to serve it, and calls it then; `pings` are the calls that came through. */
async function joined(wire: number) {
  const names = tabNames(`followers-${wire}`);
  let pings = 0;
  const service = { ping: async () => `ping ${(pings += 1)}` } as unknown as HostService;
  serveFollowers({ id: 'h1', names, service, locks, onError: (error) => expect.unreachable(String(error)) });
  const door = new BroadcastChannel(names.door);
  const name = `${names.endpoint}a`;
  const channel = openBroadcastEndpoint(name);
  onTestFinished(() => {
    door.close();
    channel.close();
  });
  const answers: DoorMessage[] = [];
  const answer = async (type: 'join'): Promise<void> => {
    const answered = new Promise((resolve) => door.addEventListener('message', resolve, { once: true }));
    door.postMessage({ type, endpoint: name, wire } as DoorMessage);
    answers.push(((await answered) as MessageEvent<DoorMessage>).data);
  };
  await answer('join');
  void wrap<HostService>(channel).ping();
  // What was posted before the second question has come by the time that it is answered.
  await answer('join');
  return { answers, pings: () => pings };
}

test('a tab of the host’s revision is served', async () => {
  const { answers, pings } = await joined(wireRevision);
  await expect.poll(pings).toBe(1);
  expect(answers[0]).toMatchObject({ type: 'joined', host: 'h1', wire: wireRevision });
});

test.each([wireRevision - 1, wireRevision + 1])(
  'a tab of another revision is told which one the host is of, and is not served: %i',
  async (wire) => {
    const { answers, pings } = await joined(wire);
    expect(answers[0]).toMatchObject({ type: 'joined', host: 'h1', wire: wireRevision });
    expect(pings()).toBe(0);
  },
);

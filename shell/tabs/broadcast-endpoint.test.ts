import { expose, wrap } from 'comlink';
import { expect, onTestFinished, test } from 'vitest';

import { openBroadcastEndpoint } from './broadcast-endpoint.ts';

interface Service {
  slow(): Promise<string>;
}

test('a call that is answered after its side was closed costs nobody an error', async () => {
  const unowned: unknown[] = [];
  const note = (error: unknown): void => void unowned.push(error);
  process.on('unhandledRejection', note);
  onTestFinished(() => void process.off('unhandledRejection', note));
  const name = `endpoint-${process.pid}`;
  const [server, client] = [openBroadcastEndpoint(name), openBroadcastEndpoint(name)];
  onTestFinished(() => client.close());
  let answer = (_text: string): void => undefined;
  const asked = new Promise<void>((resolve) => {
    const slow = (): Promise<string> => {
      resolve();
      return new Promise((settle) => (answer = settle));
    };
    expose({ slow } satisfies Service, server);
  });
  void wrap<Service>(client).slow();
  await asked;
  server.close();
  answer('too late');
  await new Promise((resolve) => setImmediate(resolve));
  expect(unowned).toEqual([]);
});

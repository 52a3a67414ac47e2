import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below what systems give to whoever asks for any port, also for the near end of a connection. */
const range = [20_000, 30_000] as const;
const mostTries = 100;

/**
 * A port of this machine at which nobody listens, and that no other program is given by chance: what is to come back at
 * the same address, or starts later, still finds it free. @throws Error when every one that was tried is taken
 */
export async function quietPort(): Promise<number> {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const port = randomInt(...range);
    if (await isFree(port)) return port;
  }
  throw new Error(`${mostTries} ports between ${range.join(' and ')} were tried, and all are taken`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    // Somebody listens there.
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}

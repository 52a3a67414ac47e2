import { createServer } from 'node:http';
import type { Server } from 'node:http';

/**
 * Listens on loopback at the first free port from `port` on (0: any), and says which one it is.
 * @throws the system's error when none of 40 ports is free, or listening fails otherwise
 */
export async function listenFrom(server: Server, port: number): Promise<number> {
  for (let candidate = port; ; candidate += 1) {
    try {
      return await listenAt(server, candidate);
    } catch (error) {
      const isTaken = (error as { code?: string }).code === 'EADDRINUSE';
      if (!isTaken || candidate >= port + 40) throw error;
    }
  }
}

function listenAt(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

/** Whether a loopback port can be listened on now. */
export async function isPortFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await listenAt(server, port);
    await new Promise((resolve) => server.close(resolve));
    return true;
  } catch {
    return false;
  }
}

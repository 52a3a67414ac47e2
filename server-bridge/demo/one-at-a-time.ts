import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';

/**
 * Acts while no other process of this machine acts under the same name; whoever comes meanwhile waits. The lock is a
 * socket in Linux's abstract namespace: it ends with its process, so one that is killed holds up nobody.
 * @see unix(7), "Abstract sockets"
 */
export async function oneAtATime<T>(name: string, act: () => Promise<T>): Promise<T> {
  const path = `\0${name}`;
  for (;;) {
    const waiting = new Set<Socket>();
    const lock = await lockAt(path, waiting);
    if (lock === null) {
      await released(path);
      continue;
    }
    try {
      return await act();
    } finally {
      lock.close();
      for (const socket of waiting) socket.destroy();
    }
  }
}

/** `null` while somebody else has it. */
function lockAt(path: string, waiting: Set<Socket>): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const lock = createServer((socket) => {
      waiting.add(socket);
      socket.on('error', () => socket.destroy());
      socket.once('close', () => waiting.delete(socket));
    });
    lock.once('error', (error: Error & { readonly code?: string }) =>
      error.code === 'EADDRINUSE' ? resolve(null) : reject(error),
    );
    lock.listen(path, () => resolve(lock));
  });
}

/** Resolves once whoever has the lock lets go of it, or has. */
function released(path: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(path);
    // It is gone already: the next attempt tells.
    socket.on('error', () => socket.destroy());
    socket.once('close', () => resolve());
  });
}

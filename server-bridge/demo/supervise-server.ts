import { resolve } from 'node:path';

import { TestudoError } from '@testudo/fabric/error';

import { startChild } from './child-process.ts';
import type { Child } from './child-process.ts';

/** The server as its supervisor holds it: started again at once when a signal ended it. */
export interface SupervisedServer {
  readonly port: number;
  pid(): number;
  /** Resolves when it serves; at once unless it is being started again. */
  ready(): Promise<void>;
  /** Ends it with SIGKILL and resolves when the next one serves. */
  kill(): Promise<void>;
  /** Rejects when it ended by itself, or could not be started again. */
  readonly failed: Promise<never>;
  stop(): Promise<void>;
}

/** What the server's process says first. */
export interface ServerReady {
  readonly port: number;
  readonly node: string;
}

/** Starts `main.ts` and keeps it running on the port that it got first. */
export async function superviseServer(options: {
  readonly port: number;
  readonly env: { readonly [name: string]: string };
  log(line: string): void;
}): Promise<SupervisedServer> {
  const launch = (port: number): Promise<Child<ServerReady>> =>
    startChild<ServerReady>({
      name: 'server',
      script: resolve(import.meta.dirname, '../main.ts'),
      env: { ...options.env, PORT: String(port) },
      log: (line) => options.log(line),
    });
  let child = await launch(options.port);
  const { port } = child.ready;
  let isStopping = false;
  let restarted: Promise<void> = Promise.resolve();
  const failed = new Promise<never>((_resolve, reject) => {
    const watch = (): void => {
      void child.ended.then(({ code, signal }) => {
        if (isStopping) return;
        if (signal === null) {
          reject(new TestudoError('UNAVAILABLE', `the server ended with ${code}`));
          return;
        }
        options.log('server: starting it again');
        restarted = launch(port).then((next) => {
          child = next;
          watch();
        });
        restarted.catch(reject);
      });
    };
    watch();
  });
  failed.catch((error: unknown) => options.log(String(error)));
  return {
    port,
    pid: () => child.pid,
    ready: async () => {
      if (!isAlive(child.pid)) await child.ended;
      await restarted;
    },
    async kill() {
      const { ended, pid } = child;
      if (isAlive(pid)) process.kill(pid, 'SIGKILL');
      await ended;
      await restarted;
    },
    failed,
    async stop() {
      isStopping = true;
      await restarted.catch(() => undefined);
      await child.stop();
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

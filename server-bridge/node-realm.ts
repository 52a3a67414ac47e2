import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { MessageChannel, Worker } from 'node:worker_threads';

import { unwrap } from '@testudo/fabric/error';
import { connectRealm } from '@testudo/fabric/realm/connect-realm';
import type { RealmConnection } from '@testudo/fabric/realm/connect-realm';
import type { RealmHandle, StartRealm } from '@testudo/fabric/realm/realm-handle';
import type { RealmPort } from '@testudo/fabric/realm/realm-link';

const repository = resolve(import.meta.dirname, '..');
const readable = ['fabric', 'server-bridge', 'node_modules', 'package.json'].map((path) => resolve(repository, path));

/**
 * Node's own fence around the thread, behind that of `removePowers`: no writing, no processes, no threads, no add-ons,
 * and reading only of the program's sources. Node 24 also allows to read the main script, and takes the working directory
 * for it in a worker, which has none; told that its code comes from `--eval`, which a worker ignores, it does not.
 */
export const permissionFlags: readonly string[] = [
  '--permission',
  ...readable.map((path) => `--allow-fs-read=${path}`),
  '--eval',
  '0',
];

/**
 * Starts the realm program in a worker thread; resolves when it serves.
 * @throws TestudoError `REALM_LOST` when it could not start or give up its powers
 */
export const startNodeRealm: StartRealm = async (name, host, limits) => {
  const realm = new MessageChannel();
  const channel = new MessageChannel();
  const worker = new Worker(new URL('./realm-thread.ts', import.meta.url), {
    name: `realm-${name}`,
    workerData: { port: realm.port2 },
    transferList: [realm.port2],
    execArgv: [...permissionFlags],
    argv: [],
    env: {},
    ...(limits ? { resourceLimits: { maxOldGenerationSizeMb: limits.heapBytes / 2 ** 20 } } : {}),
  });
  const thread = threadOf(worker);
  const connection = connectRealm({
    name,
    port: realm.port1 as unknown as RealmPort,
    channel: { near: channel.port1 as unknown as RealmPort, far: channel.port2 as unknown as RealmPort },
    host,
    terminate: () => thread.end(),
    heapBytes: () => thread.heapBytes(),
  });
  watch(worker, connection, thread);
  return serving(connection.handle);
};

function watch(worker: Worker, { lost, handle }: RealmConnection, thread: Thread): void {
  worker.on('error', (error) => lost(error instanceof Error ? error.message : String(error)));
  worker.on('exit', (code) => lost(`its thread ended with code ${code}`));
  // A realm that refused to run is still a thread.
  handle.onLost(() => void thread.end());
}

async function serving(handle: RealmHandle): Promise<RealmHandle> {
  unwrap(await handle.api.inspect());
  return handle;
}

/** A realm's thread as its host asks and ends it. */
interface Thread {
  /** bytes of its heap and beside it; `null` once it is being ended */
  heapBytes(): Promise<number | null>;
  end(): Promise<void>;
}

/** How long an end waits for an answer that is under way. */
const ANSWER_MS = 200;

/** A thread that is never ended in the middle of telling its heap, unless it does not tell it in time. */
function threadOf(worker: Worker): Thread {
  let told: Promise<number | null> = Promise.resolve(null);
  let isEnding = false;
  return {
    heapBytes() {
      if (isEnding) return Promise.resolve(null);
      told = heapOf(worker);
      return told;
    },
    async end() {
      isEnding = true;
      const settled = told.then(
        () => undefined,
        () => undefined,
      );
      await Promise.race([settled, delay(ANSWER_MS, undefined, { ref: false })]);
      await worker.terminate();
    },
  };
}

async function heapOf(worker: Worker): Promise<number> {
  const { used_heap_size: heap, external_memory: external } = await worker.getHeapStatistics();
  return heap + external;
}

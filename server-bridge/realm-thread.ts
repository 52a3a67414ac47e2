import './realm-lockdown.ts';

import { createHash, randomFillSync } from 'node:crypto';
import vm from 'node:vm';
import { workerData } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';

import type { RealmPort } from '@testudo/fabric/realm/realm-link';
import { startRealm } from '@testudo/fabric/realm/realm-program';
import { openResident } from '@testudo/fabric/realm/resident-model';
import { normalise } from '@testudo/fabric/spec/legacy/normalise';
import { loadWasm } from '@testudo/fabric/realm/wasm/wasm-contents';
import { runRoute } from '@testudo/fabric/spec/run-route';

/*
 * The realm program in a worker thread. `removePowers` takes `process` and the rest from the global object, so what
 * this file needs of them is kept here first.
 */
const thread = process;
const {
  setTimeout: startTimer,
  clearTimeout: stopTimer,
  console: output,
  performance: clock,
  TextDecoder: Decoder,
} = globalThis;
const digestOf = (bytes: ArrayBuffer | Uint8Array): string =>
  createHash('sha384').update(new Uint8Array(bytes)).digest('base64');
const builtin = thread.getBuiltinModule.bind(thread) as (name: string) => unknown;
const { port } = workerData as { port: MessagePort };

// Node makes this class at its first message, from globals that will be gone.
void new MessageEvent('message');

// `import()` in a remote's script is refused with an error whose class is Node's; all later ones share it.
const refusal = new vm.Script(`import('node:vm')`).runInThisContext() as Promise<unknown>;
await refusal.catch((error: object) => Object.freeze(Object.getPrototypeOf(error)));

startRealm(port as unknown as RealmPort, {
  runtime: 'node',
  global: globalThis,
  loadWasm,
  openResident,
  normalise: async (value, exportName) => normalise(value, exportName),
  runRoute,
  platform: {
    now: () => Date.now(),
    timer: (delayMs, callback) => {
      const timer = startTimer(callback, delayMs);
      return { dispose: () => stopTimer(timer) };
    },
    random: (length) => randomFillSync(new Uint8Array(length)),
    digest: (bytes) => Promise.resolve(`sha384-${digestOf(bytes)}`),
  },
  kept: {
    log: (level, text) => output[level](`[realm] ${text}`),
    elapsed: () => clock.now(),
    setTimer: (callback, delayMs) => startTimer(callback, delayMs),
    clearTimer: (timer) => stopTimer(timer as NodeJS.Timeout),
  },
  // Without `importModuleDynamically`, `import()` in a remote's script is refused.
  evaluate: (script, url) => {
    new vm.Script(new Decoder().decode(script), { filename: url }).runInThisContext();
  },
  watchFailures: (listener) => {
    thread.on('uncaughtException', listener);
    thread.on('unhandledRejection', listener);
  },
  builtin,
  close: () => thread.exit(0),
});

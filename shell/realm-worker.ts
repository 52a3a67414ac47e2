import './realm-lockdown.ts';

import type { RealmPort } from '@testudo/fabric/realm/realm-link';
import { startRealm } from '@testudo/fabric/realm/realm-program';

import { isPortMessage } from './realm-message.ts';
import { createParts } from './realm-parts.ts';
import { runScript } from './realm-scripts.ts';

/*
 * The realm program in a web worker. `removePowers` takes everything from the global object, so what this file
 * needs of it is kept here first.
 */
const scope = globalThis as unknown as DedicatedWorkerGlobalScope;
const [output, clock, random, Blobs] = [console, performance, crypto, Blob];
const { subtle } = random;
const startTimer = scope.setTimeout.bind(scope);
const stopTimer = scope.clearTimeout.bind(scope);
const listen = scope.addEventListener.bind(scope);
const close = scope.close.bind(scope);
const toText = scope.btoa.bind(scope);
const createUrl = URL.createObjectURL.bind(URL);
const revokeUrl = URL.revokeObjectURL.bind(URL);

const loadPart = createParts({ global: scope, runScript });

async function digest(bytes: ArrayBuffer | Uint8Array): Promise<string> {
  const hash = new Uint8Array(await subtle.digest('SHA-384', bytes as BufferSource));
  return `sha384-${toText(String.fromCharCode(...hash))}`;
}

function evaluate(script: ArrayBuffer): void {
  const url = createUrl(new Blobs([script], { type: 'text/javascript' }));
  try {
    runScript(url);
  } finally {
    revokeUrl(url);
  }
}

/** The host is told; the page, which would see a worker's uncaught error as well, is not. */
function watchFailures(listener: (error: unknown) => void): void {
  const handle = (event: Event, error: unknown): void => {
    event.preventDefault();
    listener(error);
  };
  listen('error', (event) => handle(event, (event as ErrorEvent).error ?? (event as ErrorEvent).message));
  listen('unhandledrejection', (event) => handle(event, (event as PromiseRejectionEvent).reason));
}

function begin(port: RealmPort): void {
  startRealm(port, {
    runtime: 'worker',
    global: scope,
    openResident: (...asked) => loadPart('realm-residents').openResident(...asked),
    normalise: async (value, exportName) => loadPart('realm-legacy').normalise(value, exportName),
    loadWasm: async (sidecar, room) => loadPart('realm-wasm').loadWasm(sidecar, room),
    platform: {
      now: () => Date.now(),
      timer: (delayMs, callback) => {
        const timer = startTimer(callback, delayMs);
        return { dispose: () => stopTimer(timer) };
      },
      random: (length) => random.getRandomValues(new Uint8Array(length)),
      digest,
    },
    kept: {
      log: (level, text) => output[level](`[realm] ${text}`),
      elapsed: () => clock.now(),
      setTimer: (callback, delayMs) => startTimer(callback, delayMs),
      clearTimer: (timer) => stopTimer(timer as number),
    },
    evaluate,
    watchFailures,
    close,
  });
}

listen('message', function first(event) {
  const message: unknown = (event as MessageEvent<unknown>).data;
  if (!isPortMessage(message)) return;
  scope.removeEventListener('message', first);
  begin(message.port as RealmPort);
});

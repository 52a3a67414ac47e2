import { workerData } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';

import { expose } from 'comlink';
import type { Endpoint } from 'comlink';

/** The floor of a realm call: gives back what it gets, over comlink at one port and bare at the other. */
const { comlinkPort, barePort } = workerData as { comlinkPort: MessagePort; barePort: MessagePort };

expose({ echo: (requests: unknown) => requests }, comlinkPort as unknown as Endpoint);
comlinkPort.start();
barePort.on('message', (message: unknown) => barePort.postMessage(message));

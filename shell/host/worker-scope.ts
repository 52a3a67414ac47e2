import type { FromHostWorker, ToHostWorker } from '../tabs/wire.ts';

/** The host worker's own end of the channel to the page that started it. */
export interface WorkerScope {
  onMessage(listener: (message: ToHostWorker, ports: readonly MessagePort[]) => void): void;
  post(message: FromHostWorker): void;
}

/** The scope of the worker that this runs in. */
export function openWorkerScope(scope: Pick<Worker, 'addEventListener' | 'postMessage'>): WorkerScope {
  return {
    onMessage(listener) {
      scope.addEventListener('message', ({ data, ports }: MessageEvent<ToHostWorker>) => listener(data, ports));
    },
    post: (message) => scope.postMessage(message),
  };
}

import type { RealmPort } from './realm-link.ts';

interface CallMessage {
  readonly type?: unknown;
  readonly path?: unknown;
  readonly argumentList?: unknown;
}

/**
 * A port that lets through nothing but calls of the named methods with plain arguments. Comlink alone would also let
 * its peer read, construct and walk any property, `fetch.constructor` (that is `Function`) included.
 */
export function onlyCalls(port: RealmPort, methods: readonly string[]): RealmPort {
  return {
    postMessage: (message, transfer = []) => port.postMessage(message, transfer),
    addEventListener: (type, listener) =>
      port.addEventListener(type, (event) => {
        if (isCallOf(event.data, methods)) listener(event);
      }),
    removeEventListener: (type, listener) => port.removeEventListener(type, listener),
    start: () => port.start(),
    close: () => port.close(),
  };
}

function isCallOf(data: unknown, methods: readonly string[]): boolean {
  if (typeof data !== 'object' || data === null) return false;
  const { type, path, argumentList } = data as CallMessage;
  if (type !== 'APPLY' || !Array.isArray(path) || path.length !== 1 || !methods.includes(path[0] as string))
    return false;
  return (
    Array.isArray(argumentList) &&
    argumentList.every((argument) => (argument as { type?: unknown } | null)?.type === 'RAW')
  );
}

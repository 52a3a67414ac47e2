import { TestudoError } from '@testudo/fabric/error';

/** Whether a request reached us by one of our names, and came from a page of ours. */
export interface Door {
  isOurHost(host: string | undefined): boolean;
  isOurOrigin(origin: string | undefined): boolean;
  /** @throws TestudoError `HOST_DENIED`, which is what DNS rebinding meets */
  demandHost(host: string | undefined): void;
  /** Lets callers without an `Origin` in: browsers always send one with what changes state. @throws TestudoError `FORBIDDEN` */
  demandOrigin(origin: string | undefined): void;
}

const LOCAL = ['localhost', '127.0.0.1'];
/** Browsers leave it out of `Host` and `Origin`. */
const HTTP_PORT = 80;

/**
 * A door that answers to `localhost:<port>`, `127.0.0.1:<port>` and the configured names.
 * @param port asked at every request, because an ephemeral port is known only after listening
 */
export function createDoor(options: { port(): number; readonly hostNames: readonly string[] }): Door {
  const names = (): readonly string[] => {
    const port = options.port();
    return [
      ...LOCAL.flatMap((name) => (port === HTTP_PORT ? [name, `${name}:${port}`] : [`${name}:${port}`])),
      ...options.hostNames.flatMap((name) => [name, `${name}:${port}`]),
    ];
  };
  const isOurHost = (host: string | undefined): boolean => host !== undefined && names().includes(host.toLowerCase());
  const isOurOrigin = (origin: string | undefined): boolean =>
    origin !== undefined &&
    URL.canParse(origin) &&
    /^https?:$/.test(new URL(origin).protocol) &&
    isOurHost(new URL(origin).host);
  return {
    isOurHost,
    isOurOrigin,
    demandHost(host) {
      if (isOurHost(host)) return;
      throw new TestudoError(
        'HOST_DENIED',
        `this server does not answer to ${host ?? 'a missing Host'}; add the name to hostNames`,
      );
    },
    demandOrigin(origin) {
      if (origin === undefined || isOurOrigin(origin)) return;
      throw new TestudoError(
        'FORBIDDEN',
        `a page of ${origin} may not change anything here; use this server's own origin`,
      );
    },
  };
}

import type { Configuration } from './configuration.ts';

/** Which origins remotes may come from: host policy, never the catalogue's word. */
export interface OriginPolicy {
  /** as Content-Security-Policy sources, and as told to the shell */
  readonly sources: readonly string[];
  allows(origin: string): boolean;
  /** whether the host's name may lead to a private address; an address instead of a name is taken as it is */
  mayBePrivate(origin: string): boolean;
}

const LOCAL = 'http://localhost:*';

/** The configured origins; development adds every port of localhost. */
export function createOriginPolicy({
  mode,
  allowedOrigins,
  privateOrigins,
}: Pick<Configuration, 'mode' | 'allowedOrigins' | 'privateOrigins'>): OriginPolicy {
  const isLocalAllowed = mode === 'development';
  return {
    sources: isLocalAllowed ? [...allowedOrigins, LOCAL] : allowedOrigins,
    mayBePrivate: (origin) => privateOrigins.includes(origin) || new URL(origin).hostname === 'localhost',
    allows: (origin) =>
      allowedOrigins.includes(origin) || (isLocalAllowed && /^http:\/\/localhost(:\d+)?$/.test(origin)),
  };
}

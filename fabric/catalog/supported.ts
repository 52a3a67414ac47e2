import { API_VERSION } from '../api-version.ts';
import { TestudoError } from '../error.ts';
import type { Sidecar } from './sidecar.ts';

export { API_VERSION };

/** The Module Federation version that this fabric runs and remotes are built for, as `major.minor`. */
export const FEDERATION_VERSION: string = '2.9';

/** Lets a build pass that this host's runtime can run. @throws TestudoError `API_UNSUPPORTED` */
export function demandSupported({ name, api, mf }: Sidecar): void {
  if ((api === API_VERSION || api === API_VERSION - 1) && mf === FEDERATION_VERSION) return;
  const versions = `host api ${api} and Module Federation ${mf}, this host has ${API_VERSION} and ${FEDERATION_VERSION}`;
  throw new TestudoError('API_UNSUPPORTED', `${name} was built for ${versions}; rebuild it with this host's preset`);
}

import { TestudoError } from '../error.ts';
import type { Sidecar } from './sidecar.ts';

/** The host interface that this fabric offers to remotes; it accepts builds of this version and the one before. */
export const API_VERSION: number = 1;

/** The Module Federation version that this fabric runs and remotes are built for, as `major.minor`. */
export const FEDERATION_VERSION: string = '2.9';

/** Lets a build pass that this host's runtime can run. @throws TestudoError `API_UNSUPPORTED` */
export function demandSupported({ name, api, mf }: Sidecar): void {
  if ((api === API_VERSION || api === API_VERSION - 1) && mf === FEDERATION_VERSION) return;
  const versions = `host api ${api} and Module Federation ${mf}, this host has ${API_VERSION} and ${FEDERATION_VERSION}`;
  throw new TestudoError('API_UNSUPPORTED', `${name} was built for ${versions}; rebuild it with this host's preset`);
}

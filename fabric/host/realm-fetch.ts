import type { AdmittedBuild } from '../catalog/admission-api.ts';
import type { Sidecar } from '../catalog/sidecar.ts';
import { TestudoError } from '../error.ts';
import type { WireRequest } from '../realm/realm-api.ts';
import type { HostConfiguration } from './host-options.ts';
import type { LiveConfiguration } from './live-configuration.ts';

function originOf(named: string, endpoints: HostConfiguration['endpoints']): string {
  if (named.startsWith('node:')) return '';
  const url = named.startsWith('endpoint:') ? endpoints[named.slice('endpoint:'.length)] : named;
  return url === undefined ? '' : new URL(url).origin;
}

/**
 * The origins that a build both asks for (sidecar) and is granted (host configuration): also those of the configuration
 * before the last change, for calls that began under it.
 */
export function grantedOrigins(
  sidecar: Sidecar,
  configuration: Pick<LiveConfiguration, 'grants' | 'endpoints'> & Partial<Pick<LiveConfiguration, 'former'>>,
): readonly string[] {
  const granted = new Set(configuration.grants[sidecar.name] ?? []);
  const asked = (sidecar.capabilities.fetch ?? []).filter((name) => granted.has(name));
  return [configuration.endpoints, configuration.former?.endpoints ?? {}].reduce<string[]>(
    (all, endpoints) => all.concat(asked.map((name) => originOf(name, endpoints)).filter((origin) => origin !== '')),
    [],
  );
}

/**
 * A realm's way to the network: only origins granted to one of its builds.
 * @throws TestudoError `CAPABILITY_DENIED`; `BAD_REQUEST` for what is no absolute URL
 */
export function demandGranted(
  request: WireRequest,
  builds: readonly AdmittedBuild[],
  configuration: HostConfiguration,
): void {
  let origin: string;
  try {
    origin = new URL(request.url).origin;
  } catch (cause) {
    throw new TestudoError('BAD_REQUEST', `fetch needs an absolute URL, got ${request.url.slice(0, 200)}`, { cause });
  }
  if (builds.some(({ sidecar }) => grantedOrigins(sidecar, configuration).includes(origin))) return;
  throw new TestudoError(
    'CAPABILITY_DENIED',
    `no build in this realm may fetch from ${origin}; name it in the sidecar's capabilities and in the host's grants`,
  );
}

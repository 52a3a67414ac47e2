import type { MeshPolicy } from '../mesh/mesh-node.ts';

/**
 * What a peer of a switch may do: push and pull its own tenant's partitions, listen to feeds and catalogue changes,
 * and (with `trace`) tell and hear host events. Only the switch's own host serves and publishes the rest.
 */
export function hostMeshPolicy(options: { readonly tenant: string; readonly trace: boolean }): MeshPolicy {
  const within = (subject: string, ...prefixes: string[]): boolean =>
    prefixes.some((prefix) => subject.startsWith(prefix));
  const traced = (subject: string): boolean => options.trace && within(subject, 'trace.', 'host.', 'device.');
  return ({ action, subject, principal }) => {
    if (principal.roles.includes('host')) return true;
    if (principal.user === '' || principal.tenant !== options.tenant) return false;
    if (traced(subject)) return true;
    if (action === 'request') return within(subject, `sync.${options.tenant}.`);
    return action === 'subscribe' && within(subject, `feed.${options.tenant}.`, 'catalog.');
  };
}

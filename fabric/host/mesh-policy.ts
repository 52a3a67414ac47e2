import type { MeshPolicy } from '../mesh/mesh-node.ts';

/**
 * What a peer of a switch may do: push and pull its own tenant's partitions, read the objects of its models, hear that there is more (`feed.`), what is told
 * to it alone (`live.`) and catalogue changes,
 * and (with `trace`) tell host events and hear those that are for all or about its own user's objects. Only the switch's own host serves and publishes the rest.
 */
export function hostMeshPolicy(options: { readonly tenant: string; readonly trace: boolean }): MeshPolicy {
  const within = (subject: string, ...prefixes: string[]): boolean =>
    prefixes.some((prefix) => subject.startsWith(prefix));
  const hears = (subject: string, user: string): boolean =>
    options.trace && within(subject, 'trace.') && ['all', user].includes(subject.split('.')[2] ?? '');
  return ({ action, subject, principal }) => {
    if (principal.roles.includes('host')) return true;
    if (principal.user === '' || principal.tenant !== options.tenant) return false;
    if (options.trace && within(subject, 'host.', 'device.')) return true;
    if (action === 'publish') return options.trace && within(subject, 'trace.');
    if (action === 'request') return within(subject, `sync.${options.tenant}.`, `model.${options.tenant}.`);
    return (
      action === 'subscribe' &&
      (hears(subject, principal.user) ||
        within(subject, `feed.${options.tenant}.`, `live.${options.tenant}.`, 'catalog.'))
    );
  };
}

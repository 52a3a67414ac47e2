import type { HostReport } from '@testudo/fabric';

/** Where something happened, seen from this tab. */
export type Place = 'here' | 'server' | 'device';

/** What the user reads for a place, as a label and inside a sentence. */
export const placeWords: { readonly [place in Place]: { readonly label: string; readonly at: string } } = {
  here: { label: 'here', at: 'here' },
  server: { label: 'server', at: 'on the server' },
  device: { label: 'device', at: 'on the device' },
};

/** The place of a node of the mesh: this browser's own host, a server, or any other device. */
export function placeOf(node: string, ownNode: string | undefined): Place {
  if (node === ownNode) return 'here';
  return node.startsWith('server-') ? 'server' : 'device';
}

/** The reports of the server and of the second device, where they answer. */
export interface Peers {
  readonly server: HostReport | undefined;
  readonly device: HostReport | undefined;
}

/** Picks the authority, and of the replicas the demo's own device before any other. */
export function pickPeers(reports: readonly HostReport[]): Peers {
  const replicas = reports.filter(({ role }) => role === 'replica');
  return {
    server: reports.find(({ role }) => role === 'authority'),
    device: replicas.find(({ node }) => node.startsWith('device-')) ?? replicas[0],
  };
}

import { BlockList, isIPv6 } from 'node:net';

/** Special-purpose networks that the internet does not route to. @see IANA's registries of RFC 6890 */
const networks: readonly (readonly [address: string, prefix: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['::', 127],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
];
const listed = new BlockList();
for (const [address, prefix] of networks) listed.addSubnet(address, prefix, familyOf(address));

/**
 * Whether an IP address is of this machine, of a private network, of no single host, or carries an IPv4 address that
 * may be one (NAT64, 6to4). An IPv4-mapped IPv6 address is what it maps.
 */
export function isPrivateAddress(address: string): boolean {
  return listed.check(address, familyOf(address));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4';
}

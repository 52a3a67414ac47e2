import { expect, test } from 'vitest';

import { isPrivateAddress } from './private-address.ts';

const inside = `0.0.0.0 10.0.0.1 10.255.255.255 100.64.0.1 127.0.0.1 127.255.0.1 169.254.169.254 172.16.0.1 172.31.255.255
  192.168.0.1 198.18.0.1 224.0.0.1 255.255.255.255 :: ::1 fc00::1 fd12:3456::1 fe80::1 fec0::1 ff02::1 ::ffff:10.0.0.1
  ::ffff:7f00:1 64:ff9b::a00:1 2002:a00:1::1`;
const outside = '8.8.8.8 11.0.0.1 100.128.0.1 172.15.0.1 172.32.0.1 192.169.0.1 2606:4700::1111 ::ffff:8.8.8.8';

test.each(inside.split(/\s+/))('address - %s is private', (address) => {
  expect(isPrivateAddress(address)).toBe(true);
});

test.each(outside.split(' '))('address - %s is public', (address) => {
  expect(isPrivateAddress(address)).toBe(false);
});

import type { Plain } from '../plain.ts';

/** A whole number as a key that sorts as the number does. */
export function numberKey(value: number): string {
  return String(value).padStart(16, '0');
}

/** The key of an op among those of its replica, in counter order. */
export function opKey(replica: string, counter: number): string {
  return `${replica}:${numberKey(counter)}`;
}

/** A record of ours as the plain data that it is: an interface has no index signature. */
export function asPlain(value: object): Plain {
  return value as Plain;
}

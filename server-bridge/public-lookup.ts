import { lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';

import { TestudoError } from '@testudo/fabric/error';

import { isPrivateAddress } from './private-address.ts';

/** Which names may lead where. */
export interface LookupPolicy {
  /** whether the names of this origin may lead to private addresses; an address instead of a name is not asked about */
  mayBePrivate(origin: string): boolean;
  /** default the system's */
  readonly lookup?: LookupFunction;
}

/**
 * How the names of an origin are looked up: one that leads to a private address fails with `ORIGIN_NOT_ALLOWED`, unless
 * policy lets it. The address that is connected to is the one that was looked at.
 */
export function lookupFor({
  mayBePrivate,
  lookup = systemLookup as LookupFunction,
}: LookupPolicy): (origin: string) => LookupFunction {
  const guarded = publicOnly(lookup);
  return (origin) => (mayBePrivate(origin) ? lookup : guarded);
}

function publicOnly(lookup: LookupFunction): LookupFunction {
  return (name, options, done) => {
    lookup(name, { ...options, all: true }, (error, found) => {
      const addresses = Array.isArray(found) ? found : [];
      const [first] = addresses;
      const inside = addresses.find(({ address }) => isPrivateAddress(address));
      if (error !== null) done(error, []);
      else if (inside !== undefined) done(notAllowed(name, inside.address), []);
      else if (options.all === true || first === undefined) done(null, addresses);
      else done(null, first.address, first.family);
    });
  };
}

function notAllowed(name: string, address: string): TestudoError {
  return new TestudoError(
    'ORIGIN_NOT_ALLOWED',
    `${name} leads to ${address}, which is a private address; if it may be reached there, add the origin to privateOrigins`,
  );
}

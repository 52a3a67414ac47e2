import { TestudoError } from '@testudo/fabric/error';
import type { WriteRequest } from '@testudo/fabric/host/host-api';
import type { FastifyRequest } from 'fastify';

/** `If-Match` as the version that the caller saw, `Idempotency-Key` as the id of his request. @throws TestudoError `BAD_REQUEST` */
export function conditionsOf({
  headers,
}: Pick<FastifyRequest, 'headers'>): Pick<WriteRequest, 'ifVersion' | 'requestId'> {
  const match = headers['if-match'];
  const key = headers['idempotency-key'];
  const version = match === undefined || match === '*' ? null : /^"(\d{1,15})"$/.exec(match);
  if (match !== undefined && match !== '*' && version === null) {
    throw new TestudoError(
      'BAD_REQUEST',
      `If-Match must be a version in quotes, such as "3", not ${match.slice(0, 40)}`,
    );
  }
  if (key !== undefined && (typeof key !== 'string' || !/^[\x21-\x7e]{1,200}$/.test(key))) {
    throw new TestudoError('BAD_REQUEST', 'Idempotency-Key must be 1 to 200 printable characters without spaces');
  }
  return {
    ...(version === null ? {} : { ifVersion: Number(version[1]) }),
    ...(key === undefined ? {} : { requestId: key }),
  };
}

/** @throws TestudoError `BAD_REQUEST` naming the parameters of an address that nobody would read, and one given twice */
export function demandParameters(query: unknown, known: readonly string[]): void {
  const given = query as { readonly [name: string]: unknown };
  const unknown = Object.keys(given).filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    const names = unknown.map((name) => name.slice(0, 40)).slice(0, 10);
    const may = known.length === 0 ? 'it takes none' : `it takes ${known.join(', ')}`;
    throw new TestudoError('BAD_REQUEST', `the address has the parameters ${names.join(', ')}; ${may}`);
  }
  for (const name of known)
    if (given[name] !== undefined && typeof given[name] !== 'string')
      throw new TestudoError('BAD_REQUEST', `${name} is in the address more than once; give it once`);
}

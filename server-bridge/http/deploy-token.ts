import { createHash, timingSafeEqual } from 'node:crypto';

import { TestudoError } from '@testudo/fabric/error';

/** Lets in who presents the deploy token. @throws TestudoError `UNAUTHENTICATED`, `FORBIDDEN` */
export function demandToken(header: string | undefined, token: string): void {
  const given = /^Bearer (\S+)$/i.exec(header ?? '')?.[1];
  if (given === undefined)
    throw new TestudoError(
      'UNAUTHENTICATED',
      'this needs the operator\'s "Authorization: Bearer <token>"; the token is in .testudo/token',
    );
  if (!timingSafeEqual(digest(given), digest(token)))
    throw new TestudoError('FORBIDDEN', 'this is not the deploy token of this server');
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

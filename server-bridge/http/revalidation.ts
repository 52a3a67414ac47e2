import type { FastifyReply, FastifyRequest } from 'fastify';

import { createContentEncoder } from './content-encoding.ts';
import { revisionOf } from './shell-files.ts';

/** Public content of a reply. */
export interface PublicContent {
  readonly type: string;
  readonly content: string | Buffer;
  /** whether its URL never means other content */
  readonly isImmutable?: boolean;
}

/** Sends content, compressed, that the browser asks for again each time; answers 304 when it has it already. */
export type Revalidate = (
  request: FastifyRequest,
  reply: FastifyReply,
  content: PublicContent,
) => Promise<FastifyReply>;

/** Replies with public content. The tag is weak: it names the content, whichever encoding carries it. */
export function createRevalidate(): Revalidate {
  const encode = createContentEncoder();
  return async (request, reply, { type, content, isImmutable }) => {
    const revision = revisionOf(content);
    const etag = `W/"${revision}"`;
    const cacheControl = isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache';
    const vary = [reply.getHeader('vary'), 'accept-encoding'].flatMap((name) => name ?? []).join(', ');
    void reply.headers({ etag, vary, 'cache-control': cacheControl });
    if (request.headers['if-none-match'] === etag) return reply.code(304).send();
    const plain = { bytes: Buffer.from(content), type, revision };
    const { bytes, headers } = await encode(plain, request.headers['accept-encoding']);
    return reply.headers(headers).type(type).send(bytes);
  };
}

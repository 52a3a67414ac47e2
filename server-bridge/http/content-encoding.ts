import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const ENCODERS = {
  br: (bytes: Buffer) => promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
  gzip: (bytes: Buffer) => promisify(gzip)(bytes, { level: 9 }),
} as const;

const COMPRESSIBLE = /^(text\/|application\/(json|manifest\+json)|image\/svg\+xml)/;
/** Below this a reply fits in one packet anyway. */
const FIRST_BYTES = 1024;
const KEPT = 256;

/** Some content, with what says whether it can be made smaller. */
export interface PlainContent {
  readonly bytes: Buffer;
  readonly type: string;
  /** a digest of the bytes: what has been encoded once is not encoded again */
  readonly revision: string;
}

/** Content as it goes over the wire, with the header that names its encoding, if it has one. */
export interface EncodedContent {
  readonly bytes: Buffer;
  readonly headers: { readonly 'content-encoding'?: string };
}

/** Encodes content for who says in `Accept-Encoding` that he can decode it; the reply has to say `Vary: accept-encoding`. */
export type ContentEncoder = (content: PlainContent, accepts: string | undefined) => Promise<EncodedContent>;

/**
 * Brotli, else gzip, for public text. Keeps the last 256 results. Not for replies that hold secrets beside what a
 * stranger can choose: their length would tell (the BREACH attack).
 * @see RFC 9110, section 12.5.3
 */
export function createContentEncoder(): ContentEncoder {
  const kept = new Map<string, Promise<Buffer>>();
  const encoded = (name: keyof typeof ENCODERS, { bytes, revision }: PlainContent): Promise<Buffer> => {
    const key = `${name} ${revision}`;
    const result = kept.get(key) ?? ENCODERS[name](bytes);
    kept.delete(key);
    kept.set(key, result);
    for (const oldest of kept.keys()) if (kept.size > KEPT) kept.delete(oldest);
    return result;
  };
  return async (content, accepts) => {
    const isSmaller = content.bytes.length >= FIRST_BYTES && COMPRESSIBLE.test(content.type);
    const name = isSmaller ? chosen(accepts) : undefined;
    if (name === undefined) return { bytes: content.bytes, headers: {} };
    return { bytes: await encoded(name, content), headers: { 'content-encoding': name } };
  };
}

function chosen(accepts = ''): keyof typeof ENCODERS | undefined {
  const weights = accepts.split(',').map((part) =>
    part
      .trim()
      .toLowerCase()
      .split(/\s*;\s*q=/),
  );
  const accepted = new Set(weights.filter(([, weight = '1']) => Number(weight) > 0).map(([name]) => name));
  return (['br', 'gzip'] as const).find((name) => accepted.has(name));
}

import type { IncomingMessage } from 'node:http';

const MAX_BYTES = 1024 * 1024;

/** A request's JSON body as a record; `null` for anything else. Reads at most 1 MiB. */
export async function readBody(request: IncomingMessage): Promise<{ readonly [key: string]: unknown } | null> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > MAX_BYTES) return null;
    chunks.push(chunk);
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as { [key: string]: unknown })
      : null;
  } catch {
    return null;
  }
}

/** Whether a request carries `Authorization: Bearer <token>`. */
export function isAuthorized(request: IncomingMessage, token: string): boolean {
  return request.headers.authorization === `Bearer ${token}`;
}

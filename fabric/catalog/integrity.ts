import { TestudoError } from '../error.ts';
import type { SidecarFile } from './sidecar.ts';

/** `sha384-<base64>` of bytes: a platform's `digest`. */
export type Digest = (bytes: ArrayBuffer | Uint8Array) => Promise<string>;

/**
 * Passes when the bytes are the ones that the sidecar lists.
 * @throws TestudoError `INTEGRITY_MISMATCH` with `path`, `expected` and `found` in its data
 */
export async function verify(bytes: ArrayBuffer | Uint8Array, file: SidecarFile, digest: Digest): Promise<void> {
  if (bytes.byteLength !== file.bytes) throw mismatch(file.path, `${file.bytes} bytes`, `${bytes.byteLength} bytes`);
  await verifyDigest(bytes, file, digest);
}

/** Like `verify`, for what is pinned by its digest alone, such as the text of a sidecar. */
export async function verifyDigest(
  bytes: ArrayBuffer | Uint8Array,
  { path, integrity }: { readonly path: string; readonly integrity: string },
  digest: Digest,
): Promise<void> {
  const found = await digest(bytes);
  if (found !== integrity) throw mismatch(path, integrity, found);
}

/** Bytes that are not the listed ones. */
export function mismatch(path: string, expected: string, found: string): TestudoError {
  const message = `${path}: expected ${expected}, found ${found}; it was changed after it was built and is not used`;
  return new TestudoError('INTEGRITY_MISMATCH', message, { data: { path, expected, found } });
}

import type { ErrorCode } from '@testudo/fabric/error';

const words: { readonly [code in ErrorCode]?: string } = {
  ADMISSION_FAILED: 'This part could not be taken onto this device.',
  API_UNSUPPORTED: 'This part was built for another version of this page.',
  BUILD_UNKNOWN: 'This part is no longer where it was.',
  CATALOG_INVALID: 'The list of parts cannot be read.',
  DEADLINE: 'This part is taking too long to answer.',
  EXPOSE_MISSING: 'This part is not complete.',
  INTEGRITY_MISMATCH: 'This part is not what its maker published, so it was not run.',
  LOAD_FAILED: 'This part could not be loaded.',
  NOT_FOUND: 'What belongs here is missing.',
  ORIGIN_NOT_ALLOWED: 'This part comes from a place that is not trusted here.',
  SIDECAR_INVALID: 'This part does not say properly what it consists of.',
  UNAVAILABLE: 'This cannot be reached at the moment.',
};

/** One plain sentence for a code. */
export function wordsFor(code: ErrorCode): string {
  return words[code] ?? 'Something in this part went wrong.';
}

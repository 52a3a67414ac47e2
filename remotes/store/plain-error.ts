/** An error in plain words, with the code to quote. */
export interface PlainError {
  readonly code: string;
  readonly words: string;
  readonly message: string;
}

const wordsOfCode: { readonly [code: string]: string } = {
  CONFLICT: 'Somebody else changed this order at the same time. Look at it again, then save once more.',
  INTEGRITY_MISMATCH: 'A part of the shop did not arrive as it was published, so it was not used.',
  LOAD_FAILED: 'A part of the shop could not be fetched.',
  FORBIDDEN: 'You may not do this with your account.',
  NOT_FOUND: 'This order is no longer there.',
  REALM_LOST: 'The part that works on orders stopped and is starting again. Try once more.',
  UNAUTHENTICATED: 'You are not signed in.',
  UNAVAILABLE: 'This device could not keep the change: its storage did not answer. Nothing was changed.',
  VALIDATION: 'Something in the order is not right yet.',
};

/** Any thrown value in plain words; a chunk that failed has its code as `type`, what has none is `INTERNAL`. */
export function plainError(error: unknown): PlainError {
  const { code, type, message } = (typeof error === 'object' && error !== null ? error : {}) as {
    code?: unknown;
    type?: unknown;
    message?: unknown;
  };
  const known = [code, type].find((each): each is string => typeof each === 'string') ?? 'INTERNAL';
  const words = wordsOfCode[known] ?? 'That did not work, and nothing was changed.';
  return { code: known, words, message: typeof message === 'string' ? message : String(error) };
}

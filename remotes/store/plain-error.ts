/** An error in plain words, with the code to quote. */
export interface PlainError {
  readonly code: string;
  readonly words: string;
  readonly message: string;
}

const wordsOfCode: { readonly [code: string]: string } = {
  CONFLICT: 'Somebody else changed this order at the same time. Look at it again, then save once more.',
  FORBIDDEN: 'You may not do this with your account.',
  NOT_FOUND: 'This order is no longer there.',
  REALM_LOST: 'The part that works on orders stopped and is starting again. Try once more.',
  UNAUTHENTICATED: 'You are not signed in.',
  UNAVAILABLE: 'This device could not keep the change: its storage did not answer. Nothing was changed.',
  VALIDATION: 'Something in the order is not right yet.',
};

/** Any thrown value in plain words; an error without a code of ours is `INTERNAL`. */
export function plainError(error: unknown): PlainError {
  const { code, message } = (typeof error === 'object' && error !== null ? error : {}) as {
    code?: unknown;
    message?: unknown;
  };
  const known = typeof code === 'string' ? code : 'INTERNAL';
  const words = wordsOfCode[known] ?? 'That did not work, and nothing was changed.';
  return { code: known, words, message: typeof message === 'string' ? message : String(error) };
}

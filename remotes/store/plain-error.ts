/** An error in plain words, with the code to quote. */
export interface PlainError {
  readonly code: string;
  readonly words: string;
  readonly message: string;
}

type Words = { readonly [code: string]: string };

const wordsOfCode: Words = {
  CONFLICT: 'Somebody else changed this order at the same time. Look at it again, then save once more.',
  INTEGRITY_MISMATCH: 'A part of the shop did not arrive as it was published, so it was not used.',
  LOAD_FAILED: 'A part of the shop could not be fetched.',
  FORBIDDEN: 'You may not do this with your account.',
  NOT_FOUND: 'This order is no longer there.',
  REALM_LOST: 'The part that works on orders stopped and is starting again. Try once more.',
  UNAUTHENTICATED: 'You are not signed in.',
  UNAVAILABLE: 'This part is not ready yet. Nothing was changed; try again in a moment.',
  VALIDATION: 'Something in the order is not right yet.',
};

const noAnswer = 'The server does not answer just now; it is sent as soon as it does.';
const wordsAfterSaving: Words = {
  DEADLINE: noAnswer,
  FORBIDDEN: 'The server does not allow it with your account.',
  LINK_CLOSED: noAnswer,
  NO_RESPONDERS: noAnswer,
  UNAUTHENTICATED: 'The server does not know who you are any more: sign in again, and it is sent.',
  UNAVAILABLE: noAnswer,
};

/** Any thrown value in plain words; a chunk that failed has its code as `type`, what has none is `INTERNAL`. */
export function plainError(error: unknown): PlainError {
  return inWords(error, (code) => wordsOfCode[code] ?? 'That did not work, and nothing was changed.');
}

/** What went wrong after a change was durable on this device, on its way to the server. */
export function errorAfterSaving(error: unknown): PlainError {
  const words = (code: string) => wordsAfterSaving[code] ?? 'The server has not confirmed it.';
  return inWords(error, (code) => `It is kept on this device. ${words(code)}`);
}

/** A change that the server refused: it was durable on this device, and is taken back. */
export function refusalError(error: unknown, shortId: string): PlainError {
  return inWords(error, () => `The server refused a change of order ${shortId}, so it was taken back here.`);
}

function inWords(error: unknown, wordsOf: (code: string) => string): PlainError {
  const { code, type, message } = (typeof error === 'object' && error !== null ? error : {}) as {
    code?: unknown;
    type?: unknown;
    message?: unknown;
  };
  const known = [code, type].find((each): each is string => typeof each === 'string') ?? 'INTERNAL';
  return { code: known, words: wordsOf(known), message: typeof message === 'string' ? message : String(error) };
}

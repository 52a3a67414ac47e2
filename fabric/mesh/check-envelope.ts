import type { Principal } from '../access/principal.ts';
import { TestudoError } from '../error.ts';
import type { Plain } from '../plain.ts';
import { MAX_DEPTH, MAX_ENVELOPE_BYTES, type Envelope, type EnvelopeKind, type EnvelopeText } from './envelope.ts';

type Fields = { readonly [key: string]: unknown };

/** a UTF-16 code unit takes at most three bytes in UTF-8 */
const SURELY_SMALL: number = Math.floor(MAX_ENVELOPE_BYTES / 3);
const MAX_NAME_CHARS = 256;

function invalid(what: string, cause?: unknown): TestudoError {
  return new TestudoError('ENVELOPE_INVALID', `an envelope has ${what}; send what testudo.v1 allows`, { cause });
}

function checkBytes(text: string): void {
  if (text.length <= SURELY_SMALL) return;
  const bytes = text.length > MAX_ENVELOPE_BYTES ? text.length : new TextEncoder().encode(text).length;
  if (bytes <= MAX_ENVELOPE_BYTES) return;
  throw new TestudoError(
    'TOO_LARGE',
    `an envelope of ${bytes} bytes is over ${MAX_ENVELOPE_BYTES}; send less at a time`,
  );
}

/** Walks data no deeper than allowed. @throws TestudoError `TOO_DEEP`, `ENVELOPE_INVALID` for a key `__proto__` */
function checkData(value: unknown, depth: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth >= MAX_DEPTH) throw new TestudoError('TOO_DEEP', `a body nests more than ${MAX_DEPTH} levels; flatten it`);
  if (Array.isArray(value)) {
    for (const item of value) checkData(item, depth + 1);
    return;
  }
  for (const key of Object.keys(value)) {
    if (key === '__proto__') throw invalid('a key named __proto__');
    checkData((value as Fields)[key], depth + 1);
  }
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_NAME_CHARS;
}

function isPrincipal(value: unknown): value is Principal {
  if (typeof value !== 'object' || value === null) return false;
  const { user, roles, tenant } = value as Fields;
  const areRoles = Array.isArray(roles) && roles.every((role) => typeof role === 'string');
  return typeof user === 'string' && typeof tenant === 'string' && areRoles;
}

/** What an envelope may have, and what each of it has to be. */
const MEMBERS: ReadonlyMap<string, (value: unknown) => boolean> = new Map([
  ['v', (value: unknown) => value === 1],
  ['id', isName],
  ['src', isName],
  ['to', isName],
  ['subject', isName],
  ['kind', (value: unknown) => NEEDED.has(value)],
  ['reply', isName],
  ['hops', (value: unknown) => Number.isInteger(value) && (value as number) >= 0],
  ['principal', isPrincipal],
  ['body', () => true],
]);
/** What each kind has to have, besides what all have. */
const NEEDED: ReadonlyMap<unknown, readonly string[]> = new Map<EnvelopeKind, readonly string[]>([
  ['hello', []],
  ['publish', ['subject']],
  ['request', ['subject']],
  ['reply', ['to', 'reply']],
  ['error', ['to', 'reply']],
  ['bye', []],
]);
const NEEDED_BY_ALL: readonly string[] = ['v', 'id', 'src', 'kind', 'hops', 'body'];

function checkShape(fields: Fields): void {
  for (const key of Object.keys(fields)) {
    const isValid = MEMBERS.get(key);
    if (!isValid) throw invalid(`an unknown member ${key}`);
    if (!isValid(fields[key])) throw invalid(`no valid ${key}`);
  }
  for (const key of NEEDED_BY_ALL) if (!(key in fields)) throw invalid(`no ${key}`);
  for (const key of NEEDED.get(fields['kind']) ?? []) if (!(key in fields)) throw invalid(`no ${key}`);
}

/** An envelope as text. @throws TestudoError `TOO_LARGE`, `TOO_DEEP`, `ENVELOPE_INVALID`; nothing was sent then */
export function encodeEnvelope(envelope: Envelope): EnvelopeText {
  checkData(envelope.body, 0);
  const text = JSON.stringify(envelope);
  checkBytes(text);
  return text as EnvelopeText;
}

/** The envelope in a received text, wholly checked. @throws TestudoError `TOO_LARGE`, `TOO_DEEP`, `ENVELOPE_INVALID` */
export function decodeEnvelope(text: string): Envelope {
  checkBytes(text);
  let fields: Plain;
  try {
    fields = JSON.parse(text) as Plain;
  } catch (cause) {
    throw invalid('no JSON', cause);
  }
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) throw invalid('no record');
  checkShape(fields as Fields);
  checkData((fields as Fields)['body'], 0);
  return fields as unknown as Envelope;
}

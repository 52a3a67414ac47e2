import type { Principal } from '../access/principal.ts';
import { TestudoError } from '../error.ts';
import type { Plain } from '../plain.ts';
import { MAX_DEPTH, MAX_ENVELOPE_BYTES, type Envelope, type EnvelopeKind } from './envelope.ts';

type Fields = { readonly [key: string]: unknown };

const KINDS: readonly EnvelopeKind[] = ['hello', 'publish', 'request', 'reply', 'error', 'bye'];
const KNOWN_KEYS: readonly string[] = ['v', 'id', 'src', 'to', 'subject', 'kind', 'reply', 'hops', 'principal', 'body'];
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

function needs(fields: Fields): readonly string[] {
  const { kind } = fields;
  if (kind === 'publish' || kind === 'request') return ['subject'];
  return kind === 'reply' || kind === 'error' ? ['to', 'reply'] : [];
}

function checkShape(fields: Fields): void {
  if (fields['v'] !== 1) throw invalid(`version ${String(fields['v'])}`);
  if (!KINDS.includes(fields['kind'] as EnvelopeKind)) throw invalid(`the kind ${String(fields['kind'])}`);
  for (const key of Object.keys(fields)) if (!KNOWN_KEYS.includes(key)) throw invalid(`an unknown member ${key}`);
  for (const key of ['id', 'src', ...needs(fields)]) if (!isName(fields[key])) throw invalid(`no valid ${key}`);
  for (const key of ['to', 'subject', 'reply']) {
    if (fields[key] !== undefined && !isName(fields[key])) throw invalid(`no valid ${key}`);
  }
  const hops = fields['hops'];
  if (!Number.isInteger(hops) || (hops as number) < 0) throw invalid('no valid hops');
  if (fields['principal'] !== undefined && !isPrincipal(fields['principal'])) throw invalid('no valid principal');
  if (!('body' in fields)) throw invalid('no body');
}

/** An envelope as text. @throws TestudoError `TOO_LARGE`, `TOO_DEEP`, `ENVELOPE_INVALID`; nothing was sent then */
export function encodeEnvelope(envelope: Envelope): string {
  checkData(envelope.body, 0);
  const text = JSON.stringify(envelope);
  checkBytes(text);
  return text;
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

import { TestudoError } from '@testudo/fabric/error';
import { MAX_DEPTH } from '@testudo/fabric/mesh/envelope';
import type { Plain, PlainRecord } from '@testudo/fabric/plain';
import type { FastifyInstance } from 'fastify';

/** The most that a request body may have. */
export const MAX_BODY_BYTES = 1024 * 1024;

const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);

/** Lets in JSON and nothing else, at most 32 deep, without keys that reach a prototype or are there twice. */
export function addJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string', bodyLimit: MAX_BODY_BYTES },
    (_request, text, done) => {
      try {
        // A client that says JSON and sends nothing has no body.
        done(null, text === '' ? undefined : parseJson(String(text)));
      } catch (error) {
        done(error as Error);
      }
    },
  );
}

/** @throws TestudoError `BAD_REQUEST` for what is not JSON, has a forbidden key or one twice; `TOO_DEEP` */
export function parseJson(text: string): Plain {
  let value: Plain;
  try {
    value = JSON.parse(text) as Plain;
  } catch (cause) {
    throw new TestudoError('BAD_REQUEST', 'the request body is not JSON', { cause });
  }
  demandPlain(value, 1);
  demandDistinctKeys(text);
  return value;
}

/** The body as a record. @throws TestudoError `BAD_REQUEST` */
export function recordOf(body: unknown): PlainRecord {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as PlainRecord;
  throw new TestudoError('BAD_REQUEST', 'the request body must be a JSON object');
}

/** A string member of a body. @throws TestudoError `BAD_REQUEST` naming it */
export function textOf(body: PlainRecord, key: string): string {
  const value = body[key];
  if (typeof value === 'string' && value !== '' && value.length <= 2000) return value;
  throw new TestudoError('BAD_REQUEST', `the body needs "${key}", a string of 1 to 2000 characters`);
}

function demandPlain(value: Plain, depth: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth > MAX_DEPTH) throw new TestudoError('TOO_DEEP', `the request body is more than ${MAX_DEPTH} levels deep`);
  for (const [key, inner] of Object.entries(value)) {
    if (forbiddenKeys.has(key))
      throw new TestudoError('BAD_REQUEST', `the request body has the key ${key}, which is not allowed`);
    demandPlain(inner as Plain, depth + 1);
  }
}

/** Of two equal keys `JSON.parse` keeps the last, other readers the first: neither is what was surely meant. */
function demandDistinctKeys(json: string): void {
  const open: Set<string>[] = [];
  for (const [token, name] of json.matchAll(/("[^"\\]*(?:\\.[^"\\]*)*")\s*:|"[^"\\]*(?:\\.[^"\\]*)*"|[{}]/g)) {
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else if (name !== undefined) {
      const key = JSON.parse(name) as string;
      const keys = open.at(-1);
      if (keys?.has(key))
        throw new TestudoError('BAD_REQUEST', `the request body has the key ${key.slice(0, 80)} twice in one object`);
      keys?.add(key);
    }
  }
}

import { quote } from './json';

/*
 * The typed interface for AssemblyScript: a module exports `testudo_alloc` and `testudo_reset` from here, and
 * functions `(at: usize, length: i32) => usize` that answer by `result` or `failure`.
 */

/** What an answer is, in its first word. */
const RESULT: u32 = 0;
const ERROR: u32 = 1;

const answer: usize = memory.data(12);
const given: usize[] = [];
let kept: ArrayBuffer = new ArrayBuffer(0);

/** Room for what the host hands over. */
export function testudo_alloc(length: i32): usize {
  const at = heap.alloc(<usize>max(length, 1));
  given.push(at);
  return at;
}

/** The host has read the answer. */
export function testudo_reset(): void {
  for (let index = 0; index < given.length; index++) heap.free(given[index]);
  given.length = 0;
  kept = new ArrayBuffer(0);
}

/** The text that the host handed over. */
export function textAt(at: usize, length: i32): string {
  return String.UTF8.decodeUnsafe(at, length);
}

/** Answers with JSON. */
export function result(json: string): usize {
  return answerWith(RESULT, String.UTF8.encode(json));
}

/** Answers with bytes, for a service of the interface `bytes`. */
export function resultBytes(bytes: ArrayBuffer): usize {
  return answerWith(RESULT, bytes);
}

/** Answers with an error; `code` is one of the host's, such as `VALIDATION` or `PORT_FAILED`. */
export function failure(code: string, message: string): usize {
  return answerWith(ERROR, String.UTF8.encode('{"code":' + quote(code) + ',"message":' + quote(message) + '}'));
}

function answerWith(status: u32, bytes: ArrayBuffer): usize {
  kept = bytes;
  store<u32>(answer, status);
  store<u32>(answer, <u32>changetype<usize>(bytes), 4);
  store<u32>(answer, <u32>bytes.byteLength, 8);
  return answer;
}

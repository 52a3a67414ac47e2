import type { Plain, PlainRecord } from '../plain.ts';

const has = Object.prototype.hasOwnProperty;

/** Whether two plain values say the same; the order of keys says nothing. */
export function plainEqual(left: Plain | undefined, right: Plain | undefined): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) || Array.isArray(right)) return listsEqual(left, right);
  return recordsEqual(left as PlainRecord, right as PlainRecord);
}

function listsEqual(left: Plain, right: Plain): boolean {
  if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false;
  return left.every((item: Plain, index) => plainEqual(item, right[index] as Plain));
}

function recordsEqual(left: PlainRecord, right: PlainRecord): boolean {
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every((key) => has.call(right, key) && plainEqual(left[key], right[key]));
}

import { numberAt } from '../../preset/assembly/json';
import { failure, result, textAt } from '../../preset/assembly/testudo';

export { testudo_alloc, testudo_reset } from '../../preset/assembly/testudo';

const weights: StaticArray<f64> = [-0.35, -0.2, -0.1, 0.25, 0.1];
const scales: StaticArray<f64> = [1000, 30, 500, 5, 10000];
const shown = 10;
let state: i32 = 1;

/** The adapter: ranks `rows` offers of the generator that begins with `seed`. */
export function rankOffersWasm(at: usize, length: i32): usize {
  const json = textAt(at, length);
  const rows = given(json, 'rows');
  if (!(rows >= 1 && rows <= 1000000)) return failure('VALIDATION', 'rows must be 1 to 1000000');
  return result(rank(<i32>given(json, 'seed'), <i32>rows));
}

/** A number of the call's first argument, else of the object. */
function given(json: string, name: string): f64 {
  return numberAt(json, 'args.0.' + name, numberAt(json, 'model.fields.' + name, 1));
}

function rank(seed: i32, rows: i32): string {
  state = seed === 0 ? 1 : seed;
  const scores = new StaticArray<f64>(rows);
  const values = new StaticArray<f64>(rows);
  for (let criterion = 0; criterion < scales.length; criterion++) {
    for (let row = 0; row < rows; row++) unchecked((values[row] = random() * scales[criterion]));
    addPercentiles(scores, values, unchecked(weights[criterion]));
  }
  const order = sortedBy(scores);
  return (
    '{"best":[' +
    bestOf(order, scores) +
    '],"checksum":' +
    checksumOf(order).toString() +
    ',"rows":' +
    rows.toString() +
    '}'
  );
}

function bestOf(order: StaticArray<i32>, scores: StaticArray<f64>): string {
  const parts: string[] = [];
  for (let place = order.length - 1; place >= 0 && parts.length < shown; place--) {
    const offer = order[place];
    parts.push('{"offer":' + offer.toString() + ',"score":' + scores[offer].toString() + '}');
  }
  return parts.join(',');
}

/** Equal values have equal percentiles: that of the first of them. */
function addPercentiles(scores: StaticArray<f64>, values: StaticArray<f64>, weight: f64): void {
  const order = sortedBy(values);
  const last = <f64>max(1, order.length - 1);
  let first = 0;
  for (let place = 0; place < order.length; place++) {
    const row = unchecked(order[place]);
    if (unchecked(values[row] !== values[order[first]])) first = place;
    unchecked((scores[row] += (weight * <f64>first) / last));
  }
}

/** The rows in ascending order of their values, by merging; equal ones stay in the order of their numbers. */
function sortedBy(values: StaticArray<f64>): StaticArray<i32> {
  let from = new StaticArray<i32>(values.length);
  let into = new StaticArray<i32>(values.length);
  for (let row = 0; row < values.length; row++) unchecked((from[row] = row));
  for (let width = 1; width < values.length; width *= 2) {
    for (let start = 0; start < values.length; start += 2 * width) merge(from, into, values, start, width);
    const merged = into;
    into = from;
    from = merged;
  }
  return from;
}

function merge(from: StaticArray<i32>, into: StaticArray<i32>, values: StaticArray<f64>, start: i32, width: i32): void {
  const middle = min(start + width, from.length);
  const end = min(start + 2 * width, from.length);
  let left = start;
  let right = middle;
  for (let place = start; place < end; place++) {
    const isLeft = left < middle && (right >= end || unchecked(values[from[left]] <= values[from[right]]));
    unchecked((into[place] = isLeft ? from[left++] : from[right++]));
  }
}

function checksumOf(order: StaticArray<i32>): i32 {
  let sum = 7;
  for (let place = 0; place < order.length; place++) sum = sum * 31 + unchecked(order[place]);
  return sum;
}

/** Numbers from 0 to 1: Marsaglia's xorshift of 32 bits. */
function random(): f64 {
  state ^= state << 13;
  state ^= <i32>(<u32>state >>> 17);
  state ^= state << 5;
  return <f64>(<u32>state) / 4294967296;
}

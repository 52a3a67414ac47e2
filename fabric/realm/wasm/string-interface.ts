import type { Plain, PlainRecord } from '../../plain.ts';
import { lowerStrings, readList, readString } from './managed-memory.ts';
import type { WasmProgram } from './wasm-program.ts';

type Pair = readonly [string, string];

/**
 * Calls a function of the older interface: pairs of texts in, pairs of texts out. One of two parameters gets the keys
 * and the values apart, one of none gets nothing. Only texts, numbers and booleans go in; what comes back is text,
 * unless it is the text of the value that went in under that key.
 * @throws TestudoError `INTERNAL` for a trap
 */
export function callStrings(program: WasmProgram, name: string, input: PlainRecord): PlainRecord {
  const answered = callPairs(program, name, pairsOf(input));
  return answered.reduce<PlainRecord>((record, [key, text]) => ({ ...record, [key]: restored(input[key], text) }), {});
}

/** The pairs that an exported function answers, such as `getPorts`. @throws as `callStrings` */
export function callPairs(program: WasmProgram, name: string, input: readonly Pair[] = []): readonly Pair[] {
  return program.during(name, (instance) => {
    const run = instance.function(name);
    const lists = [[input], [input.map(([key]) => key), input.map(([, value]) => value)]][run.length - 1] ?? [];
    const lowered = lists.map((list) => lowerStrings(instance, list));
    const result = run(...lowered.map(({ at }) => at));
    const rows = readList(instance, result >>> 0).map((row) => readList(instance, row));
    const pairs = rows.map(([key = 0, value = 0]): Pair => [readString(instance, key), readString(instance, value)]);
    for (const { release } of lowered) release();
    return pairs;
  });
}

/** The text that an exported function answers, such as `getModelName`. @throws as `callStrings` */
export function callText(program: WasmProgram, name: string): string {
  return program.during(name, (instance) => readString(instance, instance.call(name)));
}

function pairsOf(input: PlainRecord): readonly Pair[] {
  return Object.keys(input)
    .filter((key) => ['string', 'number', 'boolean'].includes(typeof input[key]))
    .map((key) => [key, String(input[key])]);
}

function restored(given: Plain | undefined, text: string): Plain {
  return given !== undefined && given !== null && String(given) === text ? given : text;
}

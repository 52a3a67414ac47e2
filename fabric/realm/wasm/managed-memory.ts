import { TestudoError } from '../../error.ts';
import type { WasmInstance } from './wasm-program.ts';

/** Longest string that is read from a module, in bytes. */
const maxStringBytes = 16 * 1024 * 1024;

/** A string of AssemblyScript's: UTF-16, its length in bytes stands in the word before it. `''` at address 0. */
export function readString(instance: WasmInstance, at: number): string {
  if (at === 0) return '';
  const length = Math.min(instance.word(at - 4), maxStringBytes);
  const units = new Uint16Array(instance.read(at, length).buffer);
  let text = '';
  for (let from = 0; from < units.length; from += 4096)
    text += String.fromCharCode(...units.subarray(from, from + 4096));
  return text;
}

/** AssemblyScript's runtime ids of what it brings itself, since its version 0.20. */
const bufferId = 1;
const stringId = 2;
const arrayBytes = 16;
const pointerBytes = 4;
const flagBytes = 4;

/** Flags of a type: an array whose elements are managed references. */
const isArray = 1 << 1;
const isManaged = 1 << 14;

/** A list of lists of strings in the module's memory, kept from its collector until `release` is called. */
export interface Lowered {
  readonly at: number;
  release(): void;
}

/**
 * Puts strings into a module of AssemblyScript's that exports its runtime (`asc --exportRuntime`).
 * @see AssemblyScript, "Runtime": the layout of managed objects and `__rtti_base`
 */
export function lowerStrings(
  instance: WasmInstance,
  value: readonly string[] | readonly (readonly string[])[],
): Lowered {
  const pinned: number[] = [];
  const pin = (at: number): number => {
    pinned.push(instance.call('__pin', at));
    return at;
  };
  const id = arrayId(instance);
  const lowerList = (items: readonly (string | readonly string[])[]): number => {
    const addresses = items.map((item) => (typeof item === 'string' ? lowerText(item) : lowerList(item)));
    const bytes = items.length * pointerBytes;
    const buffer = pin(instance.call('__new', bytes, bufferId));
    const list = pin(instance.call('__new', arrayBytes, id));
    addresses.forEach((address, index) => instance.setWord(buffer + index * pointerBytes, address));
    [buffer, buffer, bytes, items.length].forEach((word, index) => instance.setWord(list + index * 4, word));
    return list;
  };
  const lowerText = (text: string): number => {
    const units = Uint16Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
    const at = pin(instance.call('__new', units.byteLength, stringId));
    instance.write(at, new Uint8Array(units.buffer));
    return at;
  };
  return { at: lowerList(value), release: () => pinned.forEach((at) => instance.function('__unpin')(at)) };
}

/** The addresses that a list holds. */
export function readList(instance: WasmInstance, at: number): readonly number[] {
  if (at === 0) return [];
  const start = instance.word(at + 4);
  return Array.from({ length: instance.word(at + 12) }, (_, index) => instance.word(start + index * pointerBytes));
}

/** The id of some array of managed references: all of them look alike to the collector. */
function arrayId(instance: WasmInstance): number {
  const base = instance.global('__rtti_base');
  const count = instance.word(base);
  for (let id = 0; id < count; id += 1) {
    const flags = instance.word(base + flagBytes + id * flagBytes);
    if ((flags & isArray) !== 0 && (flags & isManaged) !== 0) return id;
  }
  throw new TestudoError('INTERNAL', 'it knows no list of strings; does it use string[][]?');
}

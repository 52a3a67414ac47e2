import { sectionOf, type ModuleReader } from './module-reader.ts';

/** A module's own memory in pages of 64 KiB. */
export interface MemoryLimits {
  readonly initial: number;
  /** `null` when it may grow without end */
  readonly maximum: number | null;
  /** shared between threads, or addressed with 64 bits */
  readonly isUnusual: boolean;
}

const typeSection = 1;
const tableSection = 4;
const memorySection = 5;

/** How many entries all tables of a module may have together. */
const maxTableEntries = 65_536;

/**
 * The memories that a module defines, read from its bytes, for no engine of ours tells a memory's maximum.
 * The bytes must have been compiled before: what is read here is then known to be well formed.
 * @see WebAssembly core specification, section 5.3.8
 */
export function memoriesOf(bytes: ArrayBuffer): readonly MemoryLimits[] {
  const section = sectionOf(bytes, memorySection);
  return section?.list(() => readLimits(section)) ?? [];
}

/**
 * By what a module could take room beside its memory without a bound that is known before it runs, or `null`: tables
 * grow, and objects that the engine collects are nowhere declared.
 * @see WebAssembly core specification, sections 5.3.1 to 5.3.11
 */
export function unboundedRoom(bytes: ArrayBuffer): string | null {
  if (hasCollectedTypes(sectionOf(bytes, typeSection))) return 'types of objects that the engine collects';
  const section = sectionOf(bytes, tableSection);
  const entries = section?.list(() => readTable(section)) ?? [];
  const sum = entries.reduce((all, each) => all + each, 0);
  return sum > maxTableEntries ? `tables without a maximum, or of more than ${maxTableEntries} entries` : null;
}

function readLimits(reader: ModuleReader): MemoryLimits {
  const flags = reader.byte();
  const initial = reader.number();
  const maximum = (flags & 1) === 1 ? reader.number() : null;
  return { initial, maximum, isUnusual: flags > 1 };
}

/** The most entries that a table may have. One that begins with a value of its own is of a form of its own. */
function readTable(reader: ModuleReader): number {
  const kind = readType(reader);
  const { maximum, isUnusual } = readLimits(reader);
  return kind === tableWithValue || isUnusual || maximum === null ? Infinity : maximum;
}

const tableWithValue = 0x40;
const functionType = 0x60;
/** references to a type of the module, that may be null or not: the type's number follows */
const references = [0x63, 0x64];

function readType(reader: ModuleReader): number {
  const type = reader.byte();
  if (references.includes(type)) reader.number();
  return type;
}

/** Stops at the first type that is no function's: what follows is of no interest then. */
function hasCollectedTypes(section: ModuleReader | null): boolean {
  if (section === null) return false;
  for (let left = section.number(); left > 0; left -= 1) {
    if (section.byte() !== functionType) return true;
    section.list(() => readType(section));
    section.list(() => readType(section));
  }
  return false;
}

/** A module's own memory in pages of 64 KiB. */
export interface MemoryLimits {
  readonly initial: number;
  /** `null` when it may grow without end */
  readonly maximum: number | null;
  /** shared between threads, or addressed with 64 bits */
  readonly isUnusual: boolean;
}

const memorySection = 5;
const headerBytes = 8;

/**
 * The memories that a module defines, read from its bytes, for no engine of ours tells a memory's maximum.
 * The bytes must have been compiled before: what is read here is then known to be well formed.
 * @see WebAssembly core specification, sections 5.5.2 and 5.3.8
 */
export function memoriesOf(bytes: ArrayBuffer): readonly MemoryLimits[] {
  const reader = createReader(new Uint8Array(bytes), headerBytes);
  while (!reader.isAtEnd()) {
    const section = reader.byte();
    const length = reader.number();
    if (section === memorySection) return Array.from({ length: reader.number() }, () => readLimits(reader));
    reader.skip(length);
  }
  return [];
}

function readLimits(reader: Reader): MemoryLimits {
  const flags = reader.byte();
  const initial = reader.number();
  const maximum = (flags & 1) === 1 ? reader.number() : null;
  return { initial, maximum, isUnusual: flags > 1 };
}

type Reader = ReturnType<typeof createReader>;

function createReader(
  bytes: Uint8Array,
  start: number,
): { byte(): number; number(): number; skip(count: number): void; isAtEnd(): boolean } {
  let at = start;
  const byte = (): number => bytes[at++] ?? 0;
  return {
    byte,
    /** an unsigned number in LEB128 */
    number: () => {
      let value = 0;
      for (let factor = 1; ; factor *= 128) {
        const next = byte();
        value += (next & 127) * factor;
        if (next < 128) return value;
      }
    },
    skip: (count) => {
      at += count;
    },
    isAtEnd: () => at >= bytes.length,
  };
}

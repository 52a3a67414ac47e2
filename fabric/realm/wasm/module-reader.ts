const headerBytes = 8;

/** Reads what a compiled module says of itself: its bytes are known to be well formed. */
export interface ModuleReader {
  byte(): number;
  /** an unsigned number in LEB128; of a signed one, its length alone is of use */
  number(): number;
  /** a list: its length, then its items */
  list<Item>(read: () => Item): readonly Item[];
}

/**
 * A reader at the beginning of a section, `null` where the module has none.
 * @see WebAssembly core specification, section 5.5.2
 */
export function sectionOf(module: ArrayBuffer, section: number): ModuleReader | null {
  const bytes = new Uint8Array(module);
  for (let at = headerBytes; at < bytes.length;) {
    const id = bytes[at];
    const header = createReader(bytes, at + 1);
    const length = header.number();
    if (id === section) return header;
    at = header.at() + length;
  }
  return null;
}

function createReader(bytes: Uint8Array, start: number): ModuleReader & { at(): number } {
  let at = start;
  const byte = (): number => bytes[at++] ?? 0;
  const number = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const next = byte();
      value += (next & 127) * factor;
      if (next < 128) return value;
    }
  };
  return { byte, number, list: (read) => Array.from({ length: number() }, read), at: () => at };
}

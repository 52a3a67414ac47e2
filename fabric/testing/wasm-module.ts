/** A function of a module that a test puts together: 32-bit integers in and out, its body as opcodes. */
export interface TestFunction {
  readonly name: string;
  readonly params: number;
  readonly results: number;
  readonly body: readonly number[];
}

/** A module that a test puts together. */
export interface TestModule {
  readonly functions: readonly TestFunction[];
  /** functions of no result, called by their place in this list */
  readonly imports?: readonly { readonly module: string; readonly name: string; readonly params: number }[];
  /** bytes of its own types, which come after the others */
  readonly types?: readonly (readonly number[])[];
  /** of functions */
  readonly tables?: readonly { readonly initial: number; readonly maximum?: number }[];
  /** the function that runs when it is instantiated, by its place among imports and functions */
  readonly start?: number;
  readonly memory?: { readonly initial: number; readonly maximum?: number };
  readonly data?: readonly { readonly at: number; readonly text: string }[];
}

/** Opcodes with their operands, as WebAssembly encodes them. */
export const op = {
  i32: (value: number): readonly number[] => [0x41, ...signed(value)],
  local: (index: number): readonly number[] => [0x20, index],
  call: (index: number): readonly number[] => [0x10, index],
  store: [0x36, 2, 0],
  drop: [0x1a],
  unreachable: [0x00],
  /** takes the number of pages, gives the former size or -1 */
  grow: [0x40, 0],
} as const;

/** Where `answer` puts its three words. */
const answerAt = 16;

/** The body of a function that answers with a status and bytes of the memory, in the typed interface. */
export function answer(status: number, at: readonly number[], length: readonly number[]): readonly number[] {
  const word = (offset: number, value: readonly number[]) => [...op.i32(answerAt + offset), ...value, ...op.store];
  return [...word(0, op.i32(status)), ...word(4, at), ...word(8, length), ...op.i32(answerAt)];
}

/** `testudo_alloc`: always the same place. */
export const alloc: TestFunction = { name: 'testudo_alloc', params: 1, results: 1, body: op.i32(1024) };

/** Answers what it was asked. */
export const echo: TestFunction = { name: 'echo', params: 2, results: 1, body: answer(0, op.local(0), op.local(1)) };

/** The module's bytes. @see WebAssembly core specification, section 5 */
export function assemble(module: TestModule): Uint8Array<ArrayBuffer> {
  const { functions, imports = [], memory, data = [], types: own = [], tables = [], start } = module;
  const types = [...imports.map(({ params }) => ({ params, results: 0 })), ...functions];
  const sections = [
    section(1, list([...types.map(({ params, results }) => [0x60, ...i32s(params), ...i32s(results)]), ...own])),
    section(2, list(imports.map(({ module, name }, index) => [...text(module), ...text(name), 0, index]))),
    section(3, list(functions.map((_, index) => [imports.length + index]))),
    tables.length === 0 ? [] : section(4, list(tables.map((table) => [0x70, ...limits(table)]))),
    memory === undefined ? [] : section(5, list([limits(memory)])),
    section(
      7,
      list([
        ...(memory === undefined ? [] : [[...text('memory'), 2, 0]]),
        ...functions.map(({ name }, index) => [...text(name), 0, imports.length + index]),
      ]),
    ),
    start === undefined ? [] : section(8, unsigned(start)),
    section(10, list(functions.map(({ body }) => sized([0, ...body, 0x0b])))),
    section(11, list(data.map(({ at, text: content }) => [0, ...op.i32(at), 0x0b, ...text(content)]))),
  ];
  return new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections.flat()]);
}

function section(id: number, content: readonly number[]): readonly number[] {
  return [id, ...sized(content)];
}

function list(items: readonly (readonly number[])[]): readonly number[] {
  return [...unsigned(items.length), ...items.flat()];
}

function sized(content: readonly number[]): readonly number[] {
  return [...unsigned(content.length), ...content];
}

function text(value: string): readonly number[] {
  return sized([...new TextEncoder().encode(value)]);
}

function i32s(count: number): readonly number[] {
  return list(Array.from({ length: count }, () => [0x7f]));
}

function limits({ initial, maximum }: { readonly initial: number; readonly maximum?: number }): readonly number[] {
  return maximum === undefined ? [0, ...unsigned(initial)] : [1, ...unsigned(initial), ...unsigned(maximum)];
}

function unsigned(value: number): readonly number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}

function signed(value: number): readonly number[] {
  const isLast = value >= -64 && value < 64;
  return isLast ? [value & 127] : [(value & 127) | 128, ...signed(value >> 7)];
}

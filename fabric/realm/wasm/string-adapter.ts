import type { PlainRecord } from '../../plain.ts';
import { isRecord } from '../../spec/is-record.ts';
import type { Adapter } from '../../spec/port-spec.ts';
import { callStrings } from './string-interface.ts';
import type { WasmProgram } from './wasm-program.ts';

/** An adapter of the older interface: it gets the object's fields, its id, and over them the first argument's entries. */
export function stringAdapter(program: WasmProgram, name: string): Adapter {
  return () =>
    ({ model, args: [first] }) =>
      callStrings(program, name, { ...model.fields, id: model.getId(), ...(isRecord(first) ? first : {}) });
}

/** A service of the older interface: its methods by name. */
export function stringService(program: WasmProgram, functions: readonly string[]): object {
  const methods: { [name: string]: (input?: PlainRecord) => PlainRecord } = {};
  for (const name of functions) methods[name] = (input = {}) => callStrings(program, name, input);
  return Object.freeze(methods);
}

import { TestudoError } from '../../error.ts';
import type { WasmPowers } from './wasm-api.ts';
import type { WasmImports } from './wasm-engine.ts';

/** An event that a module wants told, its payload as JSON. */
export interface WasmEvent {
  readonly name: string;
  readonly payload: string;
}

/** Every import that a sidecar may declare, as `module.name`; those after `env.seed` are of the older interface. */
export const importNames: readonly string[] = [
  'testudo.log',
  'testudo.emit',
  'testudo.now',
  'testudo.random',
  'env.abort',
  'env.seed',
  'env.console.log',
  'aegis.log',
  'Date.now',
];

/** What an import does with the instance that calls it; it exists once the instance does. */
export interface WasmCaller {
  /** UTF-8 */
  text(at: number, length: number): string;
  /** a string of AssemblyScript's, by its address */
  string(at: number): string;
  emit(event: WasmEvent): void;
}

/** Longest text that one call logs, in bytes. */
const maxLogBytes = 4096;

/** The functions behind the declared imports, and nothing else. */
export function createImports(declared: readonly string[], powers: WasmPowers, caller: WasmCaller): WasmImports {
  const fraction = (): number => powers.random(4).reduce((sum, byte) => (sum + byte) / 256, 0);
  const logString = (at = 0): void => powers.log(caller.string(at).slice(0, maxLogBytes));
  const all: { readonly [name: string]: (...args: number[]) => number | void } = {
    'testudo.log': (at = 0, length = 0) => powers.log(caller.text(at, Math.min(length, maxLogBytes))),
    'testudo.emit': (name = 0, nameLength = 0, at = 0, length = 0) =>
      caller.emit({ name: caller.text(name, nameLength), payload: caller.text(at, length) }),
    'testudo.now': () => powers.now(),
    'testudo.random': fraction,
    'env.seed': fraction,
    'env.abort': (message = 0, file = 0, line = 0) => {
      throw new TestudoError('INTERNAL', `${caller.string(message)} (${caller.string(file)}, line ${line})`);
    },
    'env.console.log': logString,
    'aegis.log': logString,
    'Date.now': () => powers.now(),
  };
  const imports: { [module: string]: { [name: string]: (...args: number[]) => number | void } } = {};
  for (const name of declared) {
    const dot = name.indexOf('.');
    const module = name.slice(0, dot);
    const found = all[name];
    if (found !== undefined) imports[module] = { ...imports[module], [name.slice(dot + 1)]: found };
  }
  return imports;
}

import { TestudoError } from '../../error.ts';
import { isRecord } from '../../spec/is-record.ts';
import type { ModelObject } from '../../spec/model-object-api.ts';
import type { FactoryContext, ValidationContext } from '../../spec/model-spec.ts';
import type { UndoCall } from '../../spec/port-spec.ts';
import { describeObject } from './plain-adapter.ts';
import { callPlain } from './plain-interface.ts';
import type { WasmReply } from './plain-interface.ts';
import type { WasmProgram } from './wasm-program.ts';

type Entries = { readonly [name: string]: unknown };

/**
 * A model's specification from what a module of the typed interface describes; its functions are the exports of
 * the same names. Not checked: it goes through the same checks as one in JavaScript.
 * @throws TestudoError `SPEC_INVALID` when it describes no record, or names a command that it does not export
 */
export function plainModel(program: WasmProgram): unknown {
  const { value } = callPlain({ program, name: 'testudo_describe' }, null);
  if (!isRecord(value)) throw invalid(program, 'testudo_describe must answer the specification as a record');
  return {
    ...value,
    ...hooksOf(program),
    ...(isRecord(value['ports']) ? { ports: portsOf(program, value['ports']) } : {}),
    ...(isRecord(value['commands']) ? { commands: commandsOf(program, value['commands']) } : {}),
  };
}

function hooksOf(program: WasmProgram): Entries {
  const ask = (name: string, input: object): unknown => askModel(program, name, input).value;
  return {
    factory: ({ uuid, now }: FactoryContext) =>
      program.exportNames.has('factory')
        ? (input: unknown) => ask('factory', { input, uuid: uuid(), now: now() })
        : (input: unknown) => input,
    ...offered(program, 'validate', (model: ModelObject, context: ValidationContext) => {
      ask('validate', { model: describeObject(model), ...context });
    }),
    ...offered(program, 'onDelete', (model: ModelObject) => {
      ask('onDelete', { model: describeObject(model) });
    }),
    ...offered(program, 'onConflict', (sides: object) => ask('onConflict', sides)),
    ...changing(program, 'onUpdate'),
    ...changing(program, 'onLoad'),
  };
}

/** A hook that answers changes. */
function changing(program: WasmProgram, key: string): Entries {
  return offered(program, key, (model: ModelObject, context: object = {}) =>
    changesOf(program, key, model, { ...context }),
  );
}

/** A specification's key, if the module exports the function behind it. */
function offered(program: WasmProgram, key: string, run: unknown, name: string = key): Entries {
  return program.exportNames.has(name) ? { [key]: run } : {};
}

/** `<port>_callback`, `<port>_errorCallback`, `<port>_timeoutCallback`, `<port>_undo`, where the module has them. */
function portsOf(program: WasmProgram, described: Entries): Entries {
  return mapRecords(described, (port, name) => {
    const answer =
      (key: string) =>
      ({ model, ...more }: { readonly model: ModelObject }, payload: unknown = null) =>
        changesOf(program, `${name}_${key}`, model, { ...more, payload });
    const keys = ['callback', 'errorCallback', 'timeoutCallback'];
    const callbacks = keys.map((key) => offered(program, key, answer(key), `${name}_${key}`));
    const undo = ({ model, idempotencyKey }: UndoCall): unknown =>
      changesOf(program, `${name}_undo`, model, { idempotencyKey });
    return Object.assign({}, port, ...callbacks, offered(program, 'undo', undo, `${name}_undo`)) as Entries;
  });
}

function commandsOf(program: WasmProgram, described: Entries): Entries {
  return mapRecords(described, (command, name) => {
    if (!program.exportNames.has(name)) throw invalid(program, `describes the command ${name}, but does not export it`);
    return { ...command, command: (model: ModelObject, input: unknown) => changesOf(program, name, model, { input }) };
  });
}

/** What a model's code refuses is refused, whatever the module says of it. */
function askModel(program: WasmProgram, name: string, input: object): WasmReply {
  return callPlain({ program, name, failsAs: 'VALIDATION' }, input);
}

/** What a function makes of an object: changes, and perhaps the wish to take back what its flow has done. */
function changesOf(program: WasmProgram, name: string, model: ModelObject, more: object): unknown {
  const { status, value } = askModel(program, name, { model: describeObject(model), ...more });
  if (status === 'service')
    throw new TestudoError('INTERNAL', `${program.path}: ${name} is model code, which asks no service; a port may`);
  if (status === 'result') return value;
  return (isRecord(value) ? model.update(value as object) : model).compensate();
}

function mapRecords(record: Entries, map: (entry: Entries, name: string) => Entries): Entries {
  return Object.keys(record).reduce<Entries>((mapped, name) => {
    const entry = record[name];
    return { ...mapped, [name]: isRecord(entry) ? map(entry, name) : entry };
  }, {});
}

function invalid({ path }: WasmProgram, problem: string): TestudoError {
  return new TestudoError('SPEC_INVALID', `${path}: ${problem}`, { data: { path } });
}

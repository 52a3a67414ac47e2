import type { PlainRecord } from '../../plain.ts';
import { isRecord } from '../../spec/is-record.ts';
import type { ModelObject } from '../../spec/model-object-api.ts';
import type { FactoryContext, ModelSpec, ValidationContext } from '../../spec/model-spec.ts';
import type { PortSpec } from '../../spec/port-spec.ts';
import { callPairs, callStrings, callText } from './string-interface.ts';
import type { WasmProgram } from './wasm-program.ts';

/** Nobody wrote rules for a model of the older interface: its owner may do everything with it. */
const ownersRules: ModelSpec['accessControlList'] = {
  create: ['anyone'],
  read: ['owner'],
  write: ['owner'],
  delete: ['owner'],
};

/** A model's specification from a module of the older interface. Not checked yet. */
export function stringModel(program: WasmProgram): unknown {
  const modelName = callText(program, 'getModelName').toLowerCase();
  const { exportNames } = program;
  const ask = (name: string, input: PlainRecord): PlainRecord => callStrings(program, name, input);
  return {
    modelName,
    endpoint: callText(program, 'getEndpoint'),
    domain: exportNames.has('getDomain') ? callText(program, 'getDomain') : modelName,
    factory: (context: FactoryContext) => (input: PlainRecord) =>
      ask('modelFactory', { uuid: context.uuid(), ...input }),
    ...(exportNames.has('validate')
      ? {
          validate: (model: ModelObject, { changes }: ValidationContext) => {
            ask('validate', { ...model.fields, ...changes });
          },
        }
      : {}),
    ...(exportNames.has('onDelete') ? { onDelete: (model: ModelObject) => void ask('onDelete', model.fields) } : {}),
    ...(exportNames.has('onUpdate')
      ? {
          onUpdate: (model: ModelObject, { changes }: ValidationContext) =>
            ask('onUpdate', { ...model.fields, ...changes }),
        }
      : {}),
    ports: portsOf(program),
    commands: commandsOf(program),
    accessControlList: ownersRules,
  };
}

/** Every row that names an exported function is a command; its second text is a description. */
function commandsOf(program: WasmProgram): NonNullable<ModelSpec['commands']> {
  if (!program.exportNames.has('getCommands')) return {};
  const names = callPairs(program, 'getCommands').map(([name]) => name);
  return names
    .filter((name) => program.exportNames.has(name))
    .reduce<NonNullable<ModelSpec['commands']>>(
      (commands, name) => ({
        ...commands,
        [name]: {
          acl: ['write'],
          command: ({ fields }, input) => callStrings(program, name, { ...fields, ...(isRecord(input) ? input : {}) }),
        },
      }),
      {},
    );
}

function portsOf(program: WasmProgram): NonNullable<ModelSpec['ports']> {
  if (!program.exportNames.has('getPorts')) return {};
  return callPairs(program, 'getPorts').reduce<NonNullable<ModelSpec['ports']>>(
    (ports, [name, text]) => ({ ...ports, [name]: readPort(program, text) }),
    {},
  );
}

/**
 * A port's text: `service,type,consumesEvent,producesEvent,callback,undo`, or `service,adapter,callback,type` as the
 * first hosts had it; what is empty is absent.
 */
function readPort(program: WasmProgram, text: string): PortSpec {
  const parts = text.split(',').map((part) => part.trim());
  const isFirst = parts[3] === 'inbound' || parts[3] === 'outbound';
  const [service, , callback, type] = parts;
  const [, second, consumesEvent, producesEvent, laterCallback, undo] = parts;
  const named = isFirst
    ? { service, type, callback }
    : { service, type: second, consumesEvent, producesEvent, callback: laterCallback, undo };
  const { callback: callbackName = '', ...keys } = named;
  const present = Object.entries(keys).filter(([, value]) => value !== undefined && value !== '');
  return {
    ...(Object.fromEntries(present) as unknown as PortSpec),
    ...(program.exportNames.has(callbackName)
      ? {
          callback: ({ model }, payload) => callStrings(program, callbackName, { ...model.fields, ...payload }),
        }
      : {}),
  };
}

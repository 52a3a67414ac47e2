import { TestudoError } from '../../error.ts';
import { isRecord } from '../is-record.ts';
import type { CommandSpec } from '../model-spec.ts';
import { commandKeys } from '../spec-keys.ts';
import { kept, type Drops } from './drops.ts';
import type { LegacyRunner } from './legacy-hooks.ts';
import { baseMethods } from './legacy-metadata.ts';

type Code = (...args: readonly unknown[]) => unknown;

export interface LegacyCommands {
  readonly modelName: string;
  readonly runner: LegacyRunner;
  readonly drops: Drops;
}

/** An older model's commands: `{ command: function or method's name, acl }`, or a bare function. */
export function legacyCommands(given: unknown, context: LegacyCommands): { readonly [name: string]: CommandSpec } {
  const commands: { [name: string]: CommandSpec } = {};
  if (!isRecord(given)) return commands;
  for (const name of Object.keys(given)) {
    const entry: unknown = given[name];
    const record = isRecord(entry) ? entry : { command: entry };
    const code = codeOf(record['command'], context);
    if (code === null) context.drops.keys.push(`commands.${name}`);
    else commands[name] = { ...aclOf(record, name, context), command: code };
  }
  return commands;
}

function aclOf(
  { acl, ...record }: { readonly [key: string]: unknown },
  name: string,
  { drops }: LegacyCommands,
): Partial<CommandSpec> {
  const given = typeof acl === 'string' ? { ...record, acl: [acl] } : { ...record, acl };
  return kept(given, `commands.${name}`, { rules: commandKeys, drops, done: ['command'] }) as Partial<CommandSpec>;
}

function codeOf(command: unknown, { runner, modelName }: LegacyCommands): CommandSpec['command'] | null {
  if (typeof command === 'function')
    return (model, input) => runner.run(model, (object) => (command as Code)(object, input));
  if (typeof command !== 'string') return null;
  return (model, input) =>
    runner.run(model, (object, { members }) => {
      const method = members[command] ?? (baseMethods.includes(command) ? object[command] : undefined);
      if (typeof method === 'function') return (method as Code).call(object, input);
      throw new TestudoError('METHOD_UNKNOWN', `${modelName}: no mixin and no factory gives its objects a ${command}`);
    });
}

import { TestudoError } from '../error.ts';
import type { Patch } from '../record/patch.ts';
import type { ModelSpec, PortSpec } from './model-spec.ts';

/** The fields that a port may change, or `undefined` for all. */
export function writesOf({ writes, keys, callback }: PortSpec): readonly string[] | undefined {
  if (writes !== undefined || callback !== undefined || keys === undefined) return writes;
  return typeof keys === 'string' ? [keys] : keys;
}

/**
 * Checks what a port brought back against what it may change; one that this build does not have may change nothing.
 * @throws TestudoError `VALIDATION` naming the fields
 */
export function checkPortWrites(spec: ModelSpec, name: string, { set, unset }: Patch): void {
  const port = Object.prototype.hasOwnProperty.call(spec.ports ?? {}, name) ? spec.ports?.[name] : undefined;
  const writes = port === undefined ? [] : writesOf(port);
  if (writes === undefined) return;
  const beyond = Object.keys(set)
    .concat(unset)
    .filter((field) => !writes.includes(field));
  if (beyond.length === 0) return;
  throw new TestudoError(
    'VALIDATION',
    `${spec.modelName}.${beyond[0]} may not be changed by the port ${name}; it may change ${writes.join(', ') || 'nothing'}`,
    { data: { issues: beyond.map((path) => ({ path, message: `may not be changed by the port ${name}` })) } },
  );
}

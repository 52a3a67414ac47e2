import { TestudoError } from '../error.ts';
import type { Patch } from '../record/patch.ts';
import type { ModelSpec } from './model-spec.ts';
import type { PortSpec } from './port-spec.ts';

/** The fields that a port may change, or `undefined` for all. */
export function writesOf({ writes, keys, callback }: PortSpec): readonly string[] | undefined {
  if (writes !== undefined || callback !== undefined || keys === undefined) return writes;
  return typeof keys === 'string' ? [keys] : keys;
}

/** A model's port by its name. */
export function portOfModel({ ports = {} }: ModelSpec, name: string): PortSpec | undefined {
  return Object.prototype.hasOwnProperty.call(ports, name) ? ports[name] : undefined;
}

/** The fields that a step may change: its port's, and those of the port that takes it back. */
function writesOfStep(spec: ModelSpec, name: string): readonly string[] | undefined {
  const port = portOfModel(spec, name);
  if (port === undefined) return [];
  const undo = typeof port.undo === 'string' ? portOfModel(spec, port.undo) : undefined;
  const own = writesOf(port);
  if (undo === undefined || own === undefined) return own;
  return writesOf(undo)?.concat(own);
}

/**
 * Checks what a port brought back against what it may change; one that this build does not have may change nothing.
 * @throws TestudoError `VALIDATION` naming the fields
 */
export function checkPortWrites(spec: ModelSpec, name: string, { set, unset }: Patch): void {
  const writes = writesOfStep(spec, name);
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

import { demand } from '../access/authorize.ts';
import type { Principal } from '../access/principal.ts';
import { TestudoError } from '../error.ts';
import type { Op } from '../record/op.ts';
import type { ModelReport, PortReport } from '../spec/model-report.ts';

/** The principal under which a host records what it does by itself. */
export function hostPrincipal(node: string, tenant: string): Principal {
  return { user: `host:${node}`, roles: ['host'], tenant };
}

/** What is about to be done to an object, as far as access is concerned. */
export interface Act {
  readonly kind: Op['kind'];
  readonly command: string | null;
  /** `null` for a create */
  readonly owner: string | null;
}

/** What a name may call from outside: a command, or an inbound port, whose right is its own name's or else `write`. */
function callable(model: ModelReport, name: string): { readonly acl: readonly string[] } | undefined {
  if (Object.prototype.hasOwnProperty.call(model.commands, name)) return model.commands[name];
  return inboundPort(model, name) ? { acl: [] } : undefined;
}

/** The port of that name, unless it is disabled. */
export function enabledPort({ ports }: ModelReport, name: string): PortReport | undefined {
  const port = Object.prototype.hasOwnProperty.call(ports, name) ? ports[name] : undefined;
  return port?.disabled === false ? port : undefined;
}

/** The port of that name, if it may be called from outside. */
export function inboundPort(model: ModelReport, name: string): PortReport | undefined {
  const port = enabledPort(model, name);
  return port?.type === 'inbound' ? port : undefined;
}

/** Whether a name has a rule of its own: that of reading, say, is no right to call what happens to be named so. */
function hasOwnRule({ accessControlList }: ModelReport, name: string): boolean {
  const isOperation = ['create', 'read', 'write', 'delete'].includes(name);
  return !isOperation && Object.prototype.hasOwnProperty.call(accessControlList, name);
}

function demandCommand(model: ModelReport, act: Act, principal: Principal): void {
  const name = act.command ?? '';
  const command = callable(model, name);
  if (!command)
    throw new TestudoError(
      'METHOD_UNKNOWN',
      `${model.modelName} has no command ${name}; it has ${Object.keys(model.commands).join(', ') || 'none'}`,
    );
  const question = {
    principal,
    modelName: model.modelName,
    accessControlList: model.accessControlList,
    owner: act.owner,
  };
  if (hasOwnRule(model, name)) return demand({ ...question, operation: name });
  const needed = command.acl.length > 0 ? command.acl : ['write'];
  for (const operation of needed) demand({ ...question, operation });
}

/** Asks whether a principal may do this; a flow's step is `demandFlow`'s to ask. @throws TestudoError `UNAUTHENTICATED`, `FORBIDDEN`, `METHOD_UNKNOWN` */
export function demandAct(model: ModelReport, act: Act, principal: Principal): void {
  if (act.kind === 'command') return demandCommand(model, act, principal);
  const operation = act.kind === 'update' ? 'write' : act.kind;
  demand({
    principal,
    operation,
    modelName: model.modelName,
    accessControlList: model.accessControlList,
    owner: act.owner,
  });
}

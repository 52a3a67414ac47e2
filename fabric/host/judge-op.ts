import type { Principal } from '../access/principal.ts';
import { TestudoError } from '../error.ts';
import { noEffect } from '../record/flow.ts';
import type { DueStep } from '../record/object-state.ts';
import { opId, type IntentKind, type Op } from '../record/op.ts';

import type { DecideRequest } from '../spec/decision.ts';
import type { ModelReport } from '../spec/model-report.ts';
import type { DemandAccess, Judge, JudgedOp } from '../sync/judge.ts';
import { opDigest } from '../sync/op-digest.ts';
import { demandAct } from './access-question.ts';
import { demandFlow } from './demand-flow.ts';
import { decideOutlived } from './decide-outlived.ts';
import { DeadlyOps } from './deadly-ops.ts';
import { aboutOf } from './realm-calls.ts';
import { continuedFlow } from './judge-hand-over.ts';
import type { PartitionOptions } from './partitions.ts';

/** A newer build made this op: it waits until that build runs here too. */
function checkSchemaVersion(op: Op, model: ModelReport): void {
  if (op.schemaVersion <= model.schemaVersion) return;
  throw new TestudoError(
    'UNAVAILABLE',
    `${opId(op)} is of schema ${op.schemaVersion} of ${op.modelName}, this host runs ${model.schemaVersion}; deploy the newer build here`,
  );
}

/** An op of this host has its number only once it is recorded: it is known by its request, and without one not at all. */
function suspectKey(op: Op, node: string): string {
  return op.replica === node ? op.requestId : `${opId(op)} ${opDigest(op)}`;
}

/** What a judge is made of. */
export type JudgeOptions = Pick<PartitionOptions, 'node' | 'platform' | 'datasource' | 'realm' | 'registry' | 'calls'>;

/** What is handed over is created here. */
function judgedAs({ kind }: JudgedOp): IntentKind {
  return kind === 'hand-over' ? 'create' : kind;
}

/** Access to an object by an op, by `authorize` over its model's rules. */
export function accessByRules({ registry }: Pick<JudgeOptions, 'registry'>): DemandAccess {
  return (op, current, principal) => {
    const kind = judgedAs(op);
    const demand = kind === 'flow' ? demandFlow : demandAct;
    const owner = kind === 'create' ? null : (current?.owner ?? null);
    demand(registry.get(op.modelName), { kind, command: op.command, owner }, principal);
  };
}

/** The judge of an authority, `node`: by the model's own code in the realm, for whom `accessByRules` has let pass. */
export function createJudge(options: JudgeOptions): Judge {
  const { node, realm, registry, calls } = options;
  const deadly = new DeadlyOps(options);
  const placed = (modelName: string, step: DueStep): DueStep =>
    registry.port(modelName, step.port).placement === undefined ? step : { ...step, host: node };
  return async (op, current, principal: Principal) => {
    const model = registry.get(op.modelName);
    checkSchemaVersion(op, model);
    const kind = judgedAs(op);
    const request: DecideRequest = {
      at: 'authority',
      modelName: op.modelName,
      id: op.id,
      kind,
      ...(op.kind === 'hand-over' ? { isHandedOver: true } : {}),
      current: current?.fields ?? null,
      version: current?.version ?? 0,
      ...(current === undefined ? {} : { currentSchema: current.schemaVersion }),
      command: op.command,
      input: op.input,
      patch: op.patch,
      patchSchema: op.schemaVersion,
      ...(op.step === null ? {} : { port: op.step.port, status: op.step.status }),
      ...(current ? { about: aboutOf(current) } : {}),
    };
    // A step is recorded by a host, for whoever owns the object.
    const asker = op.kind === 'flow' && current ? calls.ownerOf(current) : principal;
    const suspect = { key: () => suspectKey(op, node), what: opId(op), build: model.build };
    const decision = await decideOutlived({ realm, deadly, suspect }, request, { calls, principal: asker });
    const { fields, patch, schemaVersion, conflicts, compensates = false } = decision;
    const outcome = { fields, patch, schemaVersion, conflicts };
    if (op.kind === 'hand-over')
      return { ...outcome, flow: { ...noEffect, continues: continuedFlow(op, registry, placed) } };
    const due = registry.dueOf(op).map((step) => placed(op.modelName, step));
    return { ...outcome, flow: { due, compensates } };
  };
}

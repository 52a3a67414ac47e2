import { TestudoError } from '../error.ts';
import type { Plain, PlainRecord } from '../plain.ts';
import { diff } from '../record/diff.ts';
import { applyPatch, rebase } from '../record/merge.ts';
import { only, pick } from '../record/only.ts';
import type { Patch } from '../record/patch.ts';
import { plainEqual } from '../record/plain-equal.ts';
import { checkPlain, checkPlainRecord } from './check-plain.ts';
import type { DecideRequest, Decision } from './decision.ts';
import { andThen, type MaybePromise } from './maybe-promise.ts';
import { conform, runModelCode } from './model-code.ts';
import { checkMixins, eventMask } from './mixin-checks.ts';
import { fieldsAfter, modelObject, wantsCompensation } from './model-object.ts';
import type { FactoryContext, ModelSpec, ValidationContext } from './model-spec.ts';
import { mergeChanges } from './object-changes.ts';
import { objectForm } from './object-form.ts';
import type { ModelState, ObjectScope } from './object-scope.ts';
import { checkPortWrites, portOfModel } from './port-writes.ts';
import { receive } from './receive.ts';
import { patchFrom } from './upcast.ts';
import type { ModelObject } from './model-object-api.ts';

/** What a decision needs besides model and request. */
export interface DecideContext {
  uuid(): string;
  now(): number;
  /** federation name of the build that the model is of */
  readonly build: string;
  /** what the code may read besides the object itself */
  readonly scope?: ObjectScope;
}

interface Proposal {
  readonly fields: PlainRecord;
  readonly conflicts: readonly string[];
  readonly compensates?: boolean;
}

const noPatch: Patch = { set: {}, unset: [], base: {} };

/**
 * What an intent makes of an object by the model's own rules. Changes nothing; reads nothing but its arguments.
 * @throws TestudoError `VALIDATION` for what schema, `validate`, a hook or `approvedChanges` refuse; `BAD_REQUEST` for
 * data that is not plain; `NOT_FOUND` without an object, `CONFLICT` for a create of one that exists, `METHOD_UNKNOWN`
 */
export function decide(spec: ModelSpec, request: DecideRequest, context: DecideContext): MaybePromise<Decision> {
  checkExistence(request);
  return andThen(receive(spec, request, context.scope), (asked) =>
    decideOn(spec, asked, { ...context, stored: request.current ?? {} }),
  );
}

function decideOn(
  spec: ModelSpec,
  request: DecideRequest,
  context: DecideContext & { readonly stored: PlainRecord },
): MaybePromise<Decision> {
  const before = request.current ?? {};
  return andThen(propose(spec, request, context), (proposal) => {
    const accepted = request.kind === 'delete' ? before : accept(spec, request, { fields: proposal.fields, context });
    return andThen(accepted, (known) => {
      const fields = withNewer(spec, request, { proposed: proposal.fields, known });
      return {
        fields,
        patch: patchFrom(request.current === null ? before : context.stored, before, fields),
        schemaVersion: shapeAfter(spec, request),
        conflicts: proposal.conflicts,
        ...idOf(spec, request, fields),
        ...askedOf(spec, request),
        ...(proposal.compensates ? { compensates: true } : {}),
        build: context.build,
      };
    });
  });
}

/** Whether a newer build, which was taken back, has shaped the object. */
function isNewer(spec: ModelSpec, { currentSchema = 0 }: DecideRequest): boolean {
  return currentSchema > (spec.schemaVersion ?? 1);
}

/** What a schema takes away of an object only because it is older than that, stays. */
function withNewer(
  spec: ModelSpec,
  request: DecideRequest,
  { proposed, known }: { readonly proposed: PlainRecord; readonly known: PlainRecord },
): PlainRecord {
  if (!isNewer(spec, request)) return known;
  const before = request.current ?? {};
  const has = (fields: PlainRecord, key: string): boolean => Object.prototype.hasOwnProperty.call(fields, key);
  const isLost = (field: string): boolean => has(proposed, field) && !has(known, field);
  const lost = Object.keys(before).filter(isLost);
  return lost.length === 0 ? known : { ...pick(proposed, lost), ...known };
}

/** An object keeps the newest shape that a build here gave it; an origin says of its op by which build it was made. */
function shapeAfter(spec: ModelSpec, request: DecideRequest): number {
  const own = spec.schemaVersion ?? 1;
  return request.at === 'authority' && isNewer(spec, request) ? (request.currentSchema ?? own) : own;
}

function checkExistence({ kind, current, modelName, id }: DecideRequest): void {
  if (kind === 'create' && current !== null) throw new TestudoError('CONFLICT', `${modelName} ${id} exists already`);
  if (kind !== 'create' && current === null) throw new TestudoError('NOT_FOUND', `there is no ${modelName} ${id}`);
}

function propose(spec: ModelSpec, request: DecideRequest, context: DecideContext): MaybePromise<Proposal> {
  switch (request.kind) {
    case 'create':
      return proposeCreate(spec, request, context);
    case 'update':
      return request.at === 'origin' ? proposeUpdate(spec, request) : proposeReceivedUpdate(spec, request, context);
    case 'command':
      return proposeCommand(spec, request, context);
    case 'delete':
      return proposeDelete(spec, request, context);
    case 'flow':
      return proposeFromPort(spec, request, request.port ?? null);
  }
}

/** The host's id is the object's, unless an older model makes its own where the object is made. */
function idOf(spec: ModelSpec, { kind, at }: DecideRequest, fields: PlainRecord): Pick<Decision, 'id'> {
  const id = kind === 'create' && at === 'origin' ? spec[objectForm]?.idOf(fields) : undefined;
  return id === undefined ? {} : { id };
}

/**
 * Where `onUpdate` derives more, the authority derives it anew from what was asked for; and a build that is older than
 * the object says nothing of fields that it does not know.
 */
function askedOf(spec: ModelSpec, request: DecideRequest): Pick<Decision, 'asked'> {
  const { kind, at, input } = request;
  const isMore = spec.onUpdate !== undefined || isNewer(spec, request);
  return isMore && kind === 'update' && at === 'origin' ? { asked: Object.keys(input as PlainRecord) } : {};
}

/** A factory may be random and read the clock, so it runs at the origin only. */
function proposeCreate(spec: ModelSpec, request: DecideRequest, context: DecideContext): MaybePromise<Proposal> {
  if (request.at === 'authority') return plain((request.patch ?? noPatch).set);
  const input = checkPlainRecord(request.input, `${spec.modelName} input`);
  const { uuid, now } = context;
  const given: FactoryContext = { uuid, now, ...spec.dependencies };
  const what = `${spec.modelName}: factory`;
  const made = runModelCode<unknown>(what, () => spec.factory(given)(input));
  return andThen(made, (fields) => plain(mergeChanges(spec.modelName, {}, recordOf(fields, `${what} result`))));
}

function proposeUpdate(spec: ModelSpec, request: DecideRequest): Proposal {
  const what = `${spec.modelName} changes`;
  const changes = recordOf(request.input, what);
  const refused = Object.keys(changes).filter((field) => !isApproved(spec, field));
  if (refused.length > 0) throw notApproved(spec, refused);
  return plain(mergeChanges(what, request.current ?? {}, changes));
}

/**
 * The patch of an update also holds what the origin's schema or `onUpdate` derived (a total, say), and what its build's
 * new shape brought. Such a field passes, for it is derived here again; any other field beyond `approvedChanges` is refused.
 */
async function proposeReceivedUpdate(
  spec: ModelSpec,
  request: DecideRequest,
  context: DecideContext,
): Promise<Proposal> {
  const patch = request.patch ?? noPatch;
  const changed = Object.keys(patch.set).concat(patch.unset);
  const beyond = changed.filter((field) => !isApproved(spec, field));
  const approved = changed.filter((field) => isApproved(spec, field));
  const merged = await merge(spec, request, only(patch, approved));
  if (beyond.length === 0) return merged;
  const changes = diff(request.current ?? {}, merged.fields).set;
  const received = applyPatch(merged.fields, only(patch, beyond));
  const derived = await derive(spec, request, { fields: merged.fields, context, changes });
  const asReceived = await derive(spec, request, { fields: received, context, changes });
  const refused = beyond.filter((field) => !plainEqual(derived[field], asReceived[field]));
  if (refused.length > 0) throw notApproved(spec, refused);
  return merged;
}

function proposeCommand(spec: ModelSpec, request: DecideRequest, context: DecideContext): MaybePromise<Proposal> {
  const name = request.command ?? '';
  const entry = Object.prototype.hasOwnProperty.call(spec.commands ?? {}, name) ? spec.commands?.[name] : undefined;
  if (entry === undefined) return proposePortCall(spec, request, name);
  const what = `${spec.modelName}.${name}`;
  const input = checkPlain(request.input, `${what} input`);
  const given = runModelCode<unknown>(what, () => entry.command(objectOf(request, context), input));
  return andThen(given, (outcome) => {
    const fields = fieldsAfter(what, request.current ?? {}, outcome);
    return { ...plain(fields), compensates: wantsCompensation(outcome) };
  });
}

/** What an inbound port brought back that was called from outside. */
function proposePortCall(spec: ModelSpec, request: DecideRequest, name: string): MaybePromise<Proposal> {
  if (request.patch !== null && portOfModel(spec, name)?.type === 'inbound')
    return proposeFromPort(spec, request, name);
  const isPort = portOfModel(spec, name) !== undefined;
  const found = isPort
    ? `${name} is a port: it is called, not commanded`
    : `there is no command ${name || '(unnamed)'}`;
  throw new TestudoError('METHOD_UNKNOWN', `${spec.modelName}: ${found}`);
}

async function proposeDelete(spec: ModelSpec, request: DecideRequest, context: DecideContext): Promise<Proposal> {
  await runModelCode(`${spec.modelName}: onDelete`, () => spec.onDelete?.(objectOf(request, context)));
  return plain(request.current ?? {});
}

/** A port may change what it may, whoever's call or flow it served. */
function proposeFromPort(spec: ModelSpec, request: DecideRequest, port: string | null): MaybePromise<Proposal> {
  const patch = request.patch ?? noPatch;
  if (port !== null) checkPortWrites(spec, port, rebase(request.current ?? {}, patch).patch);
  if (request.at === 'authority') return merge(spec, request, patch);
  return plain(applyPatch(request.current ?? {}, patch));
}

/** Three-way: what only one side changed stands; what both changed goes to `onConflict`, else this later op wins. */
async function merge(spec: ModelSpec, request: DecideRequest, patch: Patch): Promise<Proposal> {
  const current = request.current ?? {};
  const { fields, conflicts } = rebase(current, patch);
  const { onConflict, modelName } = spec;
  if (conflicts.length === 0 || onConflict === undefined) return { fields, conflicts };
  const sides = {
    base: pick(patch.base, conflicts),
    mine: pick(patch.set, conflicts),
    theirs: pick(current, conflicts),
  };
  const given = await runModelCode(`${modelName}: onConflict`, () => onConflict(sides));
  const resolved = recordOf(given, `${modelName}: onConflict result`);
  const foreign = Object.keys(resolved).filter((field) => !conflicts.includes(field));
  if (foreign.length > 0)
    throw new TestudoError(
      'VALIDATION',
      `${modelName}: onConflict set ${foreign.join(', ')}, which was not in conflict`,
    );
  return { fields: mergeChanges(modelName, fields, resolved), conflicts };
}

/** Schema, `onUpdate`, then the mixins and `validate`: the last word on every change but a delete. */
function accept(spec: ModelSpec, request: DecideRequest, proposed: Proposed): MaybePromise<PlainRecord> {
  const derived = derive(spec, request, proposed);
  if (spec.validate === undefined && spec.mixins === undefined) return derived;
  const { context } = proposed;
  return andThen(derived, (fields) => andThen(check(spec, request, { fields, context }), () => fields));
}

/** Fields that may become the object's. */
interface Proposed {
  readonly fields: PlainRecord;
  readonly context: DecideContext;
  /** what `onUpdate` is told that the change is; default: all of it */
  readonly changes?: PlainRecord;
}

/** What the model itself makes of proposed fields: its schema, and on a change `onUpdate`, whose answer the schema reads. */
function derive(spec: ModelSpec, request: DecideRequest, proposed: Proposed): MaybePromise<PlainRecord> {
  const { context, changes } = proposed;
  const conforming = conform(spec, proposed.fields);
  const { onUpdate, modelName } = spec;
  if (onUpdate === undefined || request.kind === 'create') return conforming;
  const what = `${modelName}: onUpdate`;
  return andThen(conforming, (fields) => {
    const { model, change } = changeOf(request, { fields, context });
    const given = runModelCode<unknown>(what, () => onUpdate(model, changes ? { ...change, changes } : change));
    return andThen(given, (outcome) => {
      const next = fieldsAfter(what, fields, outcome);
      return next === fields ? fields : conform(spec, next);
    });
  });
}

function check(spec: ModelSpec, request: DecideRequest, proposed: Proposed): MaybePromise<void> {
  const { validate, modelName } = spec;
  const { model, change } = changeOf(request, proposed);
  const event = request.kind === 'create' ? eventMask.create : eventMask.update;
  const checked = checkMixins(spec, proposed.fields, { event, changes: change.changes, before: change.before });
  if (validate === undefined) return checked;
  const told: ValidationContext = isStateOfItsOwn(spec, request) ? { ...change, kind: 'hand-over' } : change;
  return andThen(checked, () => runModelCode(`${modelName}: validate`, () => validate(model, told)));
}

/** A model that does not say otherwise takes nothing from another host but what could have been made here. */
function isStateOfItsOwn({ sync }: ModelSpec, { isHandedOver }: DecideRequest): boolean {
  return isHandedOver === true && sync?.handOver === 'state';
}

function changeOf(
  request: DecideRequest,
  { fields, context }: Proposed,
): { readonly model: ModelObject; readonly change: ValidationContext } {
  const kind = request.kind as ValidationContext['kind'];
  const before = request.current ?? {};
  const model = modelObject({ ...stateOf(request), version: request.version + 1, fields }, context.scope);
  return { model, change: { kind, changes: diff(before, fields).set, before, ...stepOf(request) } };
}

function stepOf({ port, status }: DecideRequest): Pick<ValidationContext, 'step'> {
  return typeof port === 'string' && status !== undefined ? { step: { port, status } } : {};
}

function plain(fields: PlainRecord): Proposal {
  return { fields, conflicts: [] };
}

function objectOf(request: DecideRequest, { scope }: DecideContext): ModelObject {
  return modelObject(stateOf(request), scope);
}

function stateOf({ modelName, id, version, current, about }: DecideRequest): ModelState {
  return { modelName, id, version, fields: current ?? {}, ...(about === undefined ? {} : { about }) };
}

/** Like `checkPlainRecord`, but lets `undefined` pass at the top: there it means that a field goes. */
function recordOf(value: unknown, what: string): { readonly [key: string]: Plain | undefined } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return checkPlainRecord(value, what);
  return value as { readonly [key: string]: Plain | undefined };
}

function isApproved(spec: ModelSpec, field: string): boolean {
  return spec.approvedChanges === undefined || spec.approvedChanges.includes(field);
}

function notApproved(spec: ModelSpec, fields: readonly string[]): TestudoError {
  const may = (spec.approvedChanges ?? []).join(', ');
  const [field = ''] = fields;
  return new TestudoError(
    'VALIDATION',
    `${spec.modelName}.${field} may not be changed by an update; allowed are ${may}`,
    {
      data: { issues: fields.map((path) => ({ path, message: 'may not be changed by an update' })) },
    },
  );
}

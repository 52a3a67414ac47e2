import type { Plain, PlainRecord } from '../plain.ts';
import { only } from '../record/only.ts';
import { checkPlain } from './check-plain.ts';
import { isRecord } from './is-record.ts';
import type { DecideRequest } from './decision.ts';
import { loadFields } from './load-fields.ts';
import { andThen, type MaybePromise } from './maybe-promise.ts';
import type { ModelSpec } from './model-spec.ts';
import type { ObjectScope } from './object-scope.ts';
import { serialized } from './serializers.ts';
import { upcast, upcastPatch } from './upcast.ts';

/**
 * A request in this build's terms: the object and the change in its shape, and what came in by a door as the model's
 * serializers read it. @throws TestudoError as `loadFields`
 */
export function receive(spec: ModelSpec, request: DecideRequest, scope?: ObjectScope): MaybePromise<DecideRequest> {
  const asked = request.at === 'origin' ? entered(spec, request) : received(request);
  const { current, patch } = asked;
  const built = spec.schemaVersion ?? 1;
  const { currentSchema: from, patchSchema = built } = asked;
  if (current === null) {
    const isOlder = patch !== null && patchSchema < built;
    return isOlder ? { ...asked, patch: { ...patch, set: upcast(spec, patch.set, patchSchema) } } : asked;
  }
  return andThen(loadFields(spec, { ...asked, fields: current }, { from, scope }), (fields) => ({
    ...asked,
    current: fields,
    patch: patch && upcastPatch(spec, patch, patchSchema, fields),
  }));
}

function entered(spec: ModelSpec, request: DecideRequest): DecideRequest {
  return spec.serializers ? { ...request, input: inputOf(spec, request) } : request;
}

/** Of an update only what it was asked for, where that was told: what its origin derived is derived here again. */
function received(request: DecideRequest): DecideRequest {
  const { kind, input, patch } = request;
  if (kind !== 'update' || patch === null || !Array.isArray(input)) return request;
  return { ...request, patch: only(patch, input.filter(isText)) };
}

function isText(value: Plain): value is string {
  return typeof value === 'string';
}

/** A command's argument is its own affair. */
function inputOf(spec: ModelSpec, { kind, input }: DecideRequest): Plain {
  if (kind !== 'create' && kind !== 'update') return input;
  return isRecord(input) ? serialized(spec, 'deserialize', checkPlain(input, spec.modelName) as PlainRecord) : input;
}

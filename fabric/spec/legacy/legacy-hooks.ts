import type { PlainRecord } from '../../plain.ts';
import { diff } from '../../record/diff.ts';
import { fieldsAfter } from '../model-object.ts';
import { andThen, isThenable, type MaybePromise } from '../maybe-promise.ts';
import type { ModelObject } from '../model-object-api.ts';
import { eventMask } from '../mixins.ts';
import type { ModelSpec, ValidationContext } from '../model-spec.ts';
import type { LegacyMembers } from './legacy-members.ts';
import type { LegacyObject, LegacyObjects, Turn } from './legacy-object.ts';
import type { LegacySpec } from './legacy-shape.ts';

type Code = (...args: readonly unknown[]) => unknown;
type Outcome = MaybePromise<ModelObject | PlainRecord | undefined>;

/** Runs older code over older objects, and says in the canonical shape what it gave back. */
export class LegacyRunner {
  readonly objects: LegacyObjects;
  readonly members: LegacyMembers;

  constructor(objects: LegacyObjects, members: LegacyMembers) {
    this.objects = objects;
    this.members = members;
  }

  run(model: ModelObject, code: (object: LegacyObject, turn: Turn) => unknown, call?: Turn['call']): Outcome {
    return this.during(
      model,
      (object, turn) => {
        const given = code(object, turn);
        const settled: MaybePromise<unknown> = isThenable(given) ? Promise.resolve(given) : given;
        return andThen(settled, (outcome) => (outcome === object ? turn.latest : this.objects.outcome(outcome, turn)));
      },
      call,
    );
  }

  /** Runs something over an older object. */
  during<T>(
    model: ModelObject,
    run: (object: LegacyObject, turn: Turn) => MaybePromise<T>,
    call?: Turn['call'],
  ): MaybePromise<T> {
    return andThen(this.members.of(model.fields), (members) => {
      const turn: Turn = call === undefined ? { members } : { members, call };
      return run(this.objects.of(model, turn), turn);
    });
  }
}

type Hooks = Pick<ModelSpec, 'validate' | 'onUpdate' | 'onLoad' | 'onDelete'>;

/**
 * The hooks of an older model. Its `validate` is told of what happens by its third argument (update 1, create 2, load 4)
 * and sees the object before an update; what it, `onUpdate` and `onLoad` give back as the next state is the change.
 */
export function legacyHooks(spec: LegacySpec, runner: LegacyRunner): Hooks {
  const [validate, onUpdate, onLoad, onDelete] = ['validate', 'onUpdate', 'onLoad', 'onDelete'].map((name) =>
    typeof spec[name] === 'function' ? (spec[name] as Code) : undefined,
  );
  const isToldOfLoads = validate !== undefined && validate.length > 2;
  return {
    ...(validate ? { validate: onCreate(validate, runner) } : {}),
    ...(validate || onUpdate ? { onUpdate: updating({ validate, onUpdate }, runner) } : {}),
    ...(onLoad || isToldOfLoads
      ? { onLoad: loading({ validate: isToldOfLoads ? validate : undefined, onLoad }, runner) }
      : {}),
    ...(onDelete ? { onDelete: (model) => runner.run(model, (object) => onDelete(object)) as void } : {}),
  };
}

function onCreate(validate: Code, runner: LegacyRunner): NonNullable<ModelSpec['validate']> {
  return (model, { kind, changes }) => {
    if (kind === 'create') return runner.run(model, (object) => validate(object, changes, eventMask.create)) as void;
  };
}

function updating(
  { validate, onUpdate }: { readonly validate: Code | undefined; readonly onUpdate: Code | undefined },
  runner: LegacyRunner,
): NonNullable<ModelSpec['onUpdate']> {
  return (model, { changes, before }: ValidationContext) => {
    const validated = validate
      ? runner.run(formerOf(model, before), (object) => validate(object, changes, eventMask.update))
      : undefined;
    return andThen(validated, (outcome) => {
      const next = withChanges(model, before, outcome);
      if (onUpdate === undefined) return next;
      return andThen(
        runner.run(next, (object) => onUpdate(object, changes)),
        (given) => given ?? next,
      );
    });
  };
}

function loading(
  { validate, onLoad }: { readonly validate: Code | undefined; readonly onLoad: Code | undefined },
  runner: LegacyRunner,
): NonNullable<ModelSpec['onLoad']> {
  return (model) => {
    const validated = validate ? runner.run(model, (object) => validate(object, {}, eventMask.load)) : undefined;
    return andThen(validated, (outcome) => {
      const next = withChanges(model, model.fields, outcome);
      if (onLoad === undefined) return next;
      return andThen(
        runner.run(next, (object) => onLoad(object)),
        (given) => given ?? next,
      );
    });
  };
}

/** The object as it was before the change. */
function formerOf(model: ModelObject, before: PlainRecord): ModelObject {
  const gone: { [key: string]: undefined } = {};
  for (const key of Object.keys(model.fields)) if (!(key in before)) gone[key] = undefined;
  return model.update({ ...before, ...gone });
}

/** What a `validate` that returns a state changed about the one that it was given, done to the object as it is now. */
function withChanges(
  model: ModelObject,
  seen: PlainRecord,
  outcome: ModelObject | PlainRecord | undefined,
): ModelObject {
  if (outcome === undefined) return model;
  const { set } = diff(seen, fieldsAfter(model.getName(), seen, outcome));
  return Object.keys(set).length === 0 ? model : model.update(set);
}

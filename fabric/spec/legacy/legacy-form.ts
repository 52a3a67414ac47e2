import { answerOf, type Answer } from '../answer-of.ts';
import { isRecord } from '../is-record.ts';
import { andThen } from '../maybe-promise.ts';
import type { ObjectForm } from '../object-form.ts';
import type { LegacyRunner } from './legacy-hooks.ts';
import type { LegacySpec } from './legacy-shape.ts';

/**
 * How an older model meets adapters: `{ model, port, args }` with the older object, and `args = [callback]` where its
 * flow called the port. The adapter calls that back or returns its result; with `timeout: 0`, nothing is a result too.
 */
export function legacyForm(runner: LegacyRunner, ports: LegacySpec): ObjectForm {
  return {
    idOf: ({ id }) => (typeof id === 'string' && id !== '' && id.length <= 200 ? id : undefined),
    call: (run, call) =>
      runner.during(call.model, (model) => {
        const port = ports[call.port];
        const isUnbounded = isRecord(port) && port['timeout'] === 0;
        const asked = (answer: Answer): unknown =>
          run({ ...call, model, args: call.args.length === 0 ? [answer] : call.args } as never);
        const given = isUnbounded ? answerOrNothing(asked) : answerOf(asked);
        return andThen(given instanceof Promise ? given : Promise.resolve(given), (result) =>
          resultOf(runner, port, result),
        );
      }),
  };
}

/** A port that nothing bounds would wait for ever for what never calls back. */
function answerOrNothing(asked: (answer: Answer) => unknown): Promise<unknown> {
  let called: unknown = {};
  const given = asked((first, second) => void (called = second === undefined ? first : second));
  return Promise.resolve(given).then((result) => result ?? called);
}

/** A value that is no record is that of the one field that the port brings. */
function resultOf(runner: LegacyRunner, port: unknown, given: unknown): unknown {
  const result = runner.objects.result(given);
  const keys = isRecord(port) ? port['keys'] : undefined;
  const [key = keys] = Array.isArray(keys) && keys.length === 1 ? keys : [];
  const isScalar = typeof result !== 'object' || result === null;
  return isScalar && result !== undefined && typeof key === 'string' ? { [key]: result } : result;
}

import type { Plain, PlainRecord } from '../plain.ts';
import { checkField } from './check-plain.ts';
import { deepFreeze } from '../record/deep-freeze.ts';
import { runModelCode } from './model-code.ts';
import type { ModelSpec, SerializerSpec } from './model-spec.ts';
import { upcast } from './upcast.ts';

/**
 * Fields as they leave (`serialize`) or enter (`deserialize`) by a door: each goes through the model's serializers for
 * it, in their order; `undefined` leaves it out. @throws TestudoError `VALIDATION` with what one throws, `BAD_REQUEST`
 */
export function serialized(
  { modelName, serializers = [] }: ModelSpec,
  on: SerializerSpec['on'],
  fields: PlainRecord,
): PlainRecord {
  const result: { [key: string]: Plain } = {};
  const wanted = serializers.filter((serializer) => serializer.on === on);
  for (const key of Object.keys(fields)) {
    const what = `${modelName}: serializers ${on} ${key}`;
    const value = wanted.reduce<unknown>(
      (given, serializer) =>
        applies(serializer, key, given)
          ? runModelCode<unknown>(what, () => serializer.value(key, given as Plain))
          : given,
      fields[key],
    );
    if (value !== undefined) result[key] = checkField(value, key, what);
  }
  return deepFreeze(result);
}

/** A stored object's fields as they leave by a door: in this build's shape, then by its serializers. */
export function presented(
  spec: ModelSpec,
  object: { readonly fields: PlainRecord; readonly schemaVersion: number },
): PlainRecord {
  return serialized(spec, 'serialize', upcast(spec, object.fields, object.schemaVersion));
}

function applies({ key: wanted, type }: SerializerSpec, key: string, value: unknown): boolean {
  return value !== undefined && (wanted === '*' || wanted === key) && (type === undefined || typeof value === type);
}

import { isRecord } from '../is-record.ts';
import type { SerializerSpec } from '../model-spec.ts';
import { serializersRule } from '../key-rules.ts';
import type { Drops } from './drops.ts';

/** An older model's serializers; one that is not `enabled` is none. */
export function legacySerializers(given: unknown, drops: Drops): { readonly serializers?: readonly SerializerSpec[] } {
  if (given === undefined) return {};
  const serializers: SerializerSpec[] = [];
  const all: readonly unknown[] = Array.isArray(given) ? given : [given];
  all.forEach((entry, index) => {
    if (isRecord(entry) && entry['enabled'] === false) return;
    const { on, key, type, value } = isRecord(entry) ? entry : {};
    const serializer = { on, key, ...(typeof type === 'string' ? { type } : {}), value } as SerializerSpec;
    if (serializersRule.test([serializer])) serializers.push(serializer);
    else drops.keys.push(`serializers.${index}`);
  });
  return { serializers };
}

import { unwrap } from '../error.ts';
import type { PlainRecord } from '../plain.ts';
import type { NamedAdapter } from '../port/call-adapters.ts';
import type { PortCall } from '../spec/port-spec.ts';
import type { RealmHost } from './realm-api.ts';

/** An adapter that no build here brings: the host is asked to have it called in the realm that does. */
export function adapterElsewhere(ask: NonNullable<RealmHost['ask']>, name: string): NamedAdapter {
  const call = async ({ model, port, args, idempotencyKey }: PortCall): Promise<PlainRecord> => {
    const { version, fields } = model;
    const object = { modelName: model.getName(), id: model.getId(), version, fields };
    return unwrap(await ask({ type: 'adapter', adapter: name, ...object, port, args, idempotencyKey })) as PlainRecord;
  };
  return { name, adapter: () => call, isElsewhere: true };
}

import { join } from 'node:path';

import type { RunningHost } from '@testudo/fabric/host/host-options';
import type { ModelSpec } from '@testudo/fabric/spec/model-spec';

import { sqliteDatasource } from '../server-bridge/sqlite-datasource.ts';
import { inDirectory } from './bare-sqlite.ts';
import { fakeRealmHost } from './fake-realm-host.ts';
import { inFlight, measure, perSecond } from './measure.ts';
import type { Group, Row } from './measure.ts';
import { fieldsOf } from './objects.ts';

const OBJECTS = 300;
const CLIENTS = 64;
const ada = { user: 'ada', roles: [], tenant: 'main' };
const ports: ModelSpec['ports'] = { answer: { type: 'outbound', consumesEvent: 'itemCreated' } };

/** Makes objects; each is done when it is kept and its flow, if it has one, has ended. */
function making(host: RunningHost): () => Promise<number> {
  const ended = new Map<string, () => void>();
  host.on((event) => {
    if (event.type !== 'object' || event.kind !== 'flow') return;
    ended.get(event.state.id)?.();
    ended.delete(event.state.id);
  });
  const isFlow = host.models().some((model) => Object.keys(model.ports).length > 0);
  let count = 0;
  const make = async (): Promise<void> => {
    const id = `item-${(count += 1)}`;
    const end = isFlow ? new Promise<void>((resolve) => ended.set(id, resolve)) : undefined;
    await host.write({ modelName: 'item', kind: 'create', id, input: fieldsOf(count) }, ada);
    await end;
  };
  return () => perSecond(OBJECTS, () => inFlight(OBJECTS, CLIENTS, make));
}

async function compare(directory: string): Promise<readonly Row[]> {
  const kept = ['flow', 'bare'].map((name) => sqliteDatasource({ path: join(directory, `${name}.db`) }));
  const [flowing, bare] = kept;
  if (!flowing || !bare) return [];
  const hosts = [await fakeRealmHost(flowing, ports), await fakeRealmHost(bare)] as const;
  const rows = await measure({
    name: 'port call, with its flow step, kept in SQLite, 64 clients',
    unit: 'objects/s',
    ours: making(hosts[0]),
    peers: [{ name: 'the same objects without a port', round: making(hosts[1]), limit: null }],
  });
  for (const host of hosts) await host.close();
  return rows;
}

/** A port as a server calls it: due with an object, called, and its outcome recorded in a commit of its own. */
export const flowSteps: Group = { name: 'port call, with its flow step', run: () => inDirectory(compare) };

import { expect, test } from 'vitest';

import type { SinkBatch, SinkEvent } from '../../host/sinks/sink-api.ts';
import { ann, officeBuild, ownedModel } from './office.ts';
import { openWorld, type World } from './world.ts';
import type { Process } from './process.ts';

const minuteMs = 60_000;
const sinks = {
  audit: { events: ['*'], from: 'start' },
  endings: { models: ['note'], events: ['*Deleted'], from: 'start' },
} as const;

/** A host that puts its ops in order: where it runs, how it starts, what ends it. */
interface Authority {
  readonly process: Process;
  start(): Promise<unknown>;
  crash(): void;
}

const authorities: readonly (readonly [string, (world: World) => Authority])[] = [
  [
    'a server',
    (world) => {
      world.crashServer();
      return { process: world.server, start: () => world.startServer(), crash: () => world.crashServer() };
    },
  ],
  [
    'a browser without a server',
    (world) => {
      const device = world.device('ann-1', ann);
      const crash = (): void => world.crashDevice(device);
      return { process: device.process, start: () => world.startAlone(device), crash };
    },
  ],
];

/** Starts a host, and hears what its broker is given. */
async function startHearing({ process, start }: Authority, heard: SinkBatch[]): Promise<void> {
  const started = start();
  process.life?.mesh.subscribe('sink.main.>', (batch) => void heard.push(batch as unknown as SinkBatch));
  await started;
}

const changesOf = (heard: readonly SinkBatch[], sink: string): readonly SinkEvent[] =>
  heard
    .filter((batch) => batch.sink === sink)
    .flatMap(({ records }) => records)
    .filter((record) => record.type === 'change');

test.each(authorities)(
  '%s forwards each change to the broker by the same configuration, in order, over a crash as well',
  async (_where, authorityIn) => {
    const world = await openWorld({ seed: 31, builds: officeBuild('b1', ownedModel('note')), sinks });
    const authority = authorityIn(world);
    const heard: SinkBatch[] = [];
    await startHearing(authority, heard);
    const write = (kind: 'create' | 'update' | 'delete', input: { readonly name: string } | null) =>
      world.outcome(authority.process.host.write({ modelName: 'note', kind, id: 'n', input }, ann));
    await write('create', { name: 'first' });
    await write('update', { name: 'second' });
    await world.pass(minuteMs);
    expect(changesOf(heard, 'audit').map(({ seq, names, user, fields }) => [seq, names, user, fields])).toEqual([
      [1, ['noteCreated'], 'ann', { name: 'first' }],
      [2, ['noteUpdated'], 'ann', { name: 'second' }],
    ]);
    await write('delete', null);
    authority.crash();
    await startHearing(authority, heard);
    await world.pass(minuteMs);
    expect(new Set(changesOf(heard, 'audit').map(({ seq }) => seq))).toEqual(new Set([1, 2, 3]));
    expect(new Set(changesOf(heard, 'endings').map(({ id }) => id)).size).toBe(1);
    const { sinks: told } = await authority.process.host.inspect();
    expect(told.map(({ sink, kind, seq, behind }) => [sink, kind, seq, behind])).toEqual([
      ['audit', 'broker', 3, 0],
      ['endings', 'broker', 3, 0],
    ]);
  },
);

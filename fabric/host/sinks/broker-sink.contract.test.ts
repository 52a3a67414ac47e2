import { sinkContract } from '../../testing/sink.contract.ts';
import { createMeshNode } from '../../mesh/create-mesh-node.ts';
import { virtualPlatform } from '../../testing/virtual-platform.ts';
import { brokerSink } from './broker-sink.ts';
import type { SinkBatch } from './sink-api.ts';

sinkContract('broker', async () => {
  const local = { user: 'host:server-1', roles: ['host'], tenant: 'main' };
  const mesh = createMeshNode({ id: 'server-1', platform: virtualPlatform(), local });
  const received: SinkBatch[] = [];
  mesh.subscribe('sink.main.>', (body) => void received.push(body as unknown as SinkBatch));
  return {
    sink: brokerSink(mesh, { tenant: 'main' }),
    received: async () => received,
    dispose: async () => mesh.close(),
  };
});

import type { HostEventBody } from '@testudo/fabric/host/host-api';
import { brokerSinks, type BrokerSinks } from '@testudo/fabric/host/sinks/broker-sinks';
import type { Sinks } from '@testudo/fabric/host/sinks/create-sinks';
import type { SinkBatch } from '@testudo/fabric/host/sinks/sink-api';
import type { MeshNode } from '@testudo/fabric/mesh/mesh-node';
import type { Platform } from '@testudo/fabric/platform';

/** The sinks of a browser without a server. Its broker has nobody beside this host: the tabs hear what it is given. */
export function forwardToTabs(
  wanted: BrokerSinks,
  parts: {
    readonly mesh: MeshNode;
    readonly platform: Platform;
    readonly tenant: string;
    emit(event: HostEventBody): void;
  },
): Sinks {
  const { mesh, tenant, emit } = parts;
  mesh.subscribe(`sink.${tenant}.>`, (batch) => emit({ type: 'sink', batch: batch as unknown as SinkBatch }));
  return brokerSinks(wanted, parts);
}

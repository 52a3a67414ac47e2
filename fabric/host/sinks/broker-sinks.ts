import type { MeshNode } from '../../mesh/mesh-node.ts';
import type { Platform } from '../../platform.ts';
import { brokerSink } from './broker-sink.ts';
import { createSinks, type Sinks } from './create-sinks.ts';
import type { SinkFilter } from './sink-api.ts';

/** Sinks to the broker by name, as a deployment configures them; plain data. */
export interface BrokerSinks {
  readonly [name: string]: SinkFilter;
}

/** The sinks of a host that forwards to the broker alone, as a browser without a server does. */
export function brokerSinks(
  wanted: BrokerSinks,
  { mesh, tenant, platform }: { readonly mesh: MeshNode; readonly tenant: string; readonly platform: Platform },
): Sinks {
  const to = brokerSink(mesh, { tenant });
  return createSinks(
    Object.entries(wanted).map(([name, filter]) => ({ ...filter, name, to })),
    platform,
  );
}

import type { MeshNode } from '../../mesh/mesh-node.ts';
import type { Plain } from '../../plain.ts';
import type { Sink } from './sink-api.ts';

/**
 * Publishes batches to the mesh as `sink.<tenant>.<sink>.<model>`: for programs beside this host and for other hosts of
 * the deployment; no user's device may listen. Delivered is what was published: nobody need be there to hear it.
 */
export function brokerSink(mesh: Pick<MeshNode, 'publish'>, { tenant }: { readonly tenant: string }): Sink {
  return {
    kind: 'broker',
    target: `sink.${tenant}`,
    async deliver(batch, signal) {
      if (signal.aborted) throw signal.reason;
      mesh.publish(`sink.${tenant}.${batch.sink}.${batch.modelName}`, batch as unknown as Plain);
      return 'delivered';
    },
  };
}

import type { StorageStanding } from '@testudo/fabric';

import { compareSeals, sealOf } from './build-seal.ts';
import type { BuildSeal } from './build-seal.ts';
import { Joint } from './joint.tsx';
import { Pane } from './pane.tsx';
import { pickPeers } from './place.ts';
import { newestOrder } from './proof-state.ts';
import type { ProofState } from './proof-state.ts';

interface PanesProps {
  readonly proof: ProofState;
  readonly locale: string;
  readonly inspect: () => () => void;
  /** what this browser keeps */
  readonly storage: () => Promise<StorageStanding>;
}

/** The same order in three hosts, joined where they ran the same bytes. */
export function Panes({ proof, locale, inspect, storage }: PanesProps) {
  const own = proof.own ?? undefined;
  const { server, device } = pickPeers(proof.peers);
  const order = newestOrder(proof);
  const seal = { here: sealOf(own, 'order'), server: sealOf(server, 'order'), device: sealOf(device, 'order') };
  const common = { newest: order, locale, inspect };
  const seenBy = (node: string | undefined) =>
    node === undefined || order === undefined ? undefined : proof.seen[node]?.[order.id];
  return (
    <section className="proof-panes" aria-label="One order in three hosts">
      <Pane {...common} place="here" title="This tab" storage={storage} report={own} seal={seal.here} order={order} />
      <JointOf a={seal.here} b={seal.server} />
      <Pane
        {...common}
        place="server"
        title="The server"
        report={server}
        pid={proof.health?.pid}
        seal={seal.server}
        order={seenBy(server?.node)}
      />
      <JointOf a={seal.server} b={seal.device} />
      <Pane
        {...common}
        place="device"
        title="A second device"
        report={device}
        seal={seal.device}
        order={seenBy(device?.node)}
      />
    </section>
  );
}

function JointOf({ a, b }: { readonly a: BuildSeal | undefined; readonly b: BuildSeal | undefined }) {
  return <Joint relation={compareSeals(a, b)} />;
}

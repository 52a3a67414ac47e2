import type { AppProps, HostEvent } from '@testudo/fabric';
import { useEffect, useReducer } from 'react';
import type { Dispatch } from 'react';

import { coalesce } from './coalesce.ts';
import { pickPeers } from './place.ts';
import { emptyProof, newestOrder, nextProof } from './proof-state.ts';
import type { ProofInput, ProofState } from './proof-state.ts';
import { getHealth, getOrder } from './server-api.ts';

/** The state of the proof, kept current by what the hosts tell: no timer asks for anything. */
export function useProof(app: AppProps): ProofState {
  const [state, input] = useReducer(nextProof, emptyProof);
  useEffect(() => follow(app, input), [app]);
  useServersOrder(state, input);
  useServersProcess(state, input);
  return state;
}

/** Follows orders and events; asks hosts for their reports when something changed that these show. */
function follow({ models, events, shell }: AppProps, input: Dispatch<ProofInput>): () => void {
  const trouble = (error: unknown) => input({ type: 'trouble', error });
  const askOwn = coalesce(() => shell.report().then((report) => input({ type: 'own', report }), trouble));
  const askPeers = coalesce(() => shell.peerReports().then((reports) => input({ type: 'peers', reports }), trouble));
  const orders = models.get('order').watch((states) => input({ type: 'orders', states }));
  const following = events.on((event) => {
    input({ type: 'event', event });
    if (changesReports(event)) askPeers();
    if (changesReports(event) || event.type === 'accepted' || event.type === 'object') askOwn();
  });
  askOwn();
  askPeers();
  return () => {
    orders.dispose();
    following.dispose();
  };
}

function changesReports({ type }: HostEvent): boolean {
  return type === 'build' || type === 'realm' || type === 'peers' || type === 'link' || type === 'snapshot';
}

/** Asks the server for the newest order where its own events have not shown it: after a reload, or in production. */
function useServersOrder(state: ProofState, input: Dispatch<ProofInput>): void {
  const order = newestOrder(state);
  const server = pickPeers(state.peers).server?.node;
  const seen = server === undefined || order === undefined ? undefined : state.seen[server]?.[order.id];
  const isBehind = order !== undefined && order.seq > 0 && (seen === undefined || seen.version < order.version);
  const wanted = isBehind ? order.id : undefined;
  const version = order?.version;
  useEffect(() => {
    if (server === undefined || wanted === undefined) return;
    getOrder(wanted).then(
      (told) => input({ type: 'told', node: server, state: told }),
      (error: unknown) => input({ type: 'trouble', error }),
    );
  }, [server, wanted, version, input]);
}

/** Asks the server for its process whenever another one has started. */
function useServersProcess(state: ProofState, input: Dispatch<ProofInput>): void {
  const startedMs = pickPeers(state.peers).server?.startedMs;
  useEffect(() => {
    if (startedMs === undefined) return;
    getHealth().then(
      (health) => input({ type: 'health', health }),
      (error: unknown) => input({ type: 'trouble', error }),
    );
  }, [startedMs, input]);
}

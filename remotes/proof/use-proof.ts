import type { AppProps, HostEvent } from '@testudo/fabric';
import { useCallback, useEffect, useReducer, useState } from 'react';
import type { Dispatch } from 'react';

import { coalesce } from './coalesce.ts';
import { pickPeers } from './place.ts';
import { emptyProof, newestOrder, nextProof } from './proof-state.ts';
import type { ProofInput, ProofState } from './proof-state.ts';
import { getHealth, getOrder } from './server-api.ts';

/**
 * The state of the proof, kept current by what the hosts tell: no timer asks for anything. With it comes what also keeps
 * their accounts current, until what that returns is called.
 */
export function useProof(app: AppProps): readonly [ProofState, () => () => void] {
  const [state, input] = useReducer(nextProof, emptyProof);
  const [readers, setReaders] = useState(0);
  const isInspected = readers > 0;
  useEffect(() => follow(app, input), [app]);
  useEffect(() => (isInspected ? followAccounts(app, input) : undefined), [app, isInspected]);
  useServersOrder(state, input);
  useServersProcess(state, input);
  const inspect = useCallback(() => {
    setReaders((count) => count + 1);
    return () => setReaders((count) => count - 1);
  }, []);
  return [state, inspect];
}

/** Follows orders and events; asks hosts for their reports when something changed that these show. */
function follow({ models, events, shell }: AppProps, input: Dispatch<ProofInput>): () => void {
  const { askOwn, askPeers } = askers(shell, input);
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

/** Follows what hosts count and hold besides: calls, flows, breakers. */
function followAccounts({ events, shell }: AppProps, input: Dispatch<ProofInput>): () => void {
  const { askOwn, askPeers } = askers(shell, input);
  const ask = () => {
    askOwn();
    askPeers();
  };
  const following = events.on(({ type }) => (type === 'port' || type === 'breaker' || type === 'object') && ask());
  ask();
  return () => following.dispose();
}

function askers(shell: AppProps['shell'], input: Dispatch<ProofInput>) {
  const trouble = (error: unknown) => input({ type: 'trouble', error });
  return {
    askOwn: coalesce(() => shell.report().then((report) => input({ type: 'own', report }), trouble)),
    askPeers: coalesce(() => shell.peerReports().then((reports) => input({ type: 'peers', reports }), trouble)),
  };
}

function changesReports({ type }: HostEvent): boolean {
  return ['build', 'realm', 'peers', 'link', 'snapshot', 'configured'].includes(type);
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

import type { HostEvent, HostReport, ObjectState } from '@testudo/fabric';

import { placeOf } from './place.ts';
import type { Place } from './place.ts';
import type { Health } from './server-api.ts';
import { timelineText } from './timeline-text.ts';

/** One line of the time line. Equal lines of one node in a row are counted in `times`. */
export interface TimelineEntry {
  readonly key: number;
  readonly atMs: number;
  readonly node: string;
  readonly place: Place;
  readonly tone: 'usual' | 'bad';
  readonly text: string;
  readonly times: number;
}

/** Everything that the page shows, from what hosts have told. */
export interface ProofState {
  readonly own: HostReport | null;
  readonly peers: readonly HostReport[];
  /** the server's process, as it told when it was heard of */
  readonly health: Health | null;
  /** this host's orders */
  readonly orders: readonly ObjectState[];
  /** node -> order id -> the order as that node sees it */
  readonly seen: { readonly [node: string]: { readonly [id: string]: ObjectState } };
  /** newest first */
  readonly timeline: readonly TimelineEntry[];
  readonly nextKey: number;
  /** what could not be read last, with its code; `null` once it can be read again */
  readonly trouble: string | null;
}

export type ProofInput =
  | { readonly type: 'event'; readonly event: HostEvent }
  | { readonly type: 'own'; readonly report: HostReport }
  | { readonly type: 'peers'; readonly reports: readonly HostReport[] }
  | { readonly type: 'health'; readonly health: Health }
  | { readonly type: 'orders'; readonly states: readonly ObjectState[] }
  /** a host was asked for one order and answered */
  | { readonly type: 'told'; readonly node: string; readonly state: ObjectState }
  | { readonly type: 'trouble'; readonly error: unknown };

/** What is known before anybody has told anything. */
export const emptyProof: ProofState = {
  own: null,
  peers: [],
  health: null,
  orders: [],
  seen: {},
  timeline: [],
  nextKey: 0,
  trouble: null,
};

const timelineLimit = 120;

/** The state after an input. */
export function nextProof(state: ProofState, input: ProofInput): ProofState {
  switch (input.type) {
    case 'own':
      return { ...state, own: input.report, trouble: null };
    case 'peers':
      return { ...state, peers: input.reports };
    case 'health':
      return { ...state, health: input.health };
    case 'orders':
      return { ...state, orders: input.states.filter(({ deleted }) => !deleted) };
    case 'told':
      return isOlder(state, input) ? state : { ...state, seen: withSeen(state.seen, input.node, input.state) };
    case 'trouble':
      return { ...state, trouble: troubleText(input.error) };
    case 'event':
      return withTimeline(withObject(state, input.event), input.event);
  }
}

/** The order that all panes show: the newest that this host knows. */
export function newestOrder({ orders }: ProofState): ObjectState | undefined {
  return orders.reduce<ObjectState | undefined>(
    (newest, order) => (newest !== undefined && newest.id > order.id ? newest : order),
    undefined,
  );
}

/** An answer that was overtaken by an event counts no more. */
function isOlder(
  { seen }: ProofState,
  { node, state }: { readonly node: string; readonly state: ObjectState },
): boolean {
  const known = seen[node]?.[state.id];
  return known !== undefined && known.version > state.version;
}

function troubleText(error: unknown): string {
  const { code, message } = (typeof error === 'object' && error !== null ? error : {}) as {
    code?: string;
    message?: string;
  };
  return `${code ?? 'INTERNAL'}: ${message ?? String(error)}`;
}

function withObject(state: ProofState, event: HostEvent): ProofState {
  if (event.type !== 'object' || event.modelName !== 'order') return state;
  return { ...state, seen: withSeen(state.seen, event.node, event.state) };
}

function withSeen(seen: ProofState['seen'], node: string, order: ObjectState): ProofState['seen'] {
  return { ...seen, [node]: { ...seen[node], [order.id]: order } };
}

function withTimeline(state: ProofState, event: HostEvent): ProofState {
  const place = placeOf(event.node, state.own?.node);
  const text = timelineText(event, place);
  const [last, ...older] = state.timeline;
  if (last !== undefined && last.node === event.node && last.text === text) {
    return { ...state, timeline: [{ ...last, times: last.times + 1 }, ...older] };
  }
  const tone = isBad(event) ? 'bad' : 'usual';
  const entry = { key: state.nextKey, atMs: event.atMs, node: event.node, place, tone, text, times: 1 } as const;
  return { ...state, timeline: [entry, ...state.timeline.slice(0, timelineLimit - 1)], nextKey: state.nextKey + 1 };
}

function isBad(event: HostEvent): boolean {
  if (event.type === 'refused') return true;
  if (event.type === 'link') return !event.online;
  if (event.type === 'realm') return event.phase === 'lost';
  return (event.type === 'port' && event.phase === 'failed') || (event.type === 'build' && event.phase === 'refused');
}

import type { Principal } from '../access/principal.ts';
import { TestudoError } from '../error.ts';
import { FeedFollowers } from '../host/feed-followers.ts';
import type { Plain, PlainRecord } from '../plain.ts';
import { noEffect } from '../record/flow.ts';
import { rebase } from '../record/merge.ts';
import { openAuthority } from '../sync/authority.ts';
import type { FeedView } from '../sync/feed-view.ts';
import { openReplica } from '../sync/replica.ts';
import type { Authority, AuthorityLink, OpDraft, Replica } from '../sync/sync-api.ts';
import type { FeedPage, PushedPage } from '../sync/wire.ts';
import { draftOp } from './sim/draft-op.ts';
import { memoryRecords, type Records } from './sim/memory-datasource.ts';

const partition = 'main/thing';
const now = (): number => 1;

/** What an authority has sent to a node, and nobody has taken yet. */
export type Wire = (PushedPage | null)[];

/** One authority with its followers, without a mesh: what is pushed lies on a wire until a test takes it. */
export interface FeedWorld {
  readonly authority: Authority;
  readonly followers: FeedFollowers;
  wire(node: string): Wire;
  /** The way of a user's node to the authority, in pages of `limit`. */
  link(node: string, user: string, credits?: number, limit?: number): AuthorityLink;
  /** of requests and pages, since the start */
  readonly counts: { pulls: number; pages: number; reads: number };
  /** Under which rules everybody reads from now on; `none`: nobody reads anything; `own`: what is for nobody in particular is not shown. */
  rules: string;
  /** Ends the connections of a node. */
  disconnect(node: string): void;
}

export const principalOf = (user: string): Principal => ({ user, roles: [], tenant: 'main' });

/** Shows a user the objects that are for him, or for nobody in particular, and a node what it has to finish. */
export function viewOf(user: string, node: string, rules: string): FeedView {
  const isHis = ({ for: whom = rules === 'own' ? null : user }: PlainRecord): boolean =>
    whom === user && rules !== 'none';
  return { digest: `${user}-${rules}`, sees: ({ fields }, runner) => runner === node || isHis(fields) };
}

/** Starts an authority over records. */
export async function feedWorld(records: Records = new Map()): Promise<FeedWorld> {
  const wires = new Map<string, Wire>();
  const listeners = new Set<() => void>();
  const counts = { pulls: 0, pages: 0, reads: 0 };
  const datasource = memoryRecords(records);
  const authority = await openAuthority({
    partition,
    datasource: { ...datasource, range: (...args) => ((counts.reads += 1), datasource.range(...args)) },
    judge: async (op, current) => {
      if (op.input === 'bad') throw new TestudoError('VALIDATION', 'bad');
      return { ...rebase(current?.fields ?? {}, op.patch), schemaVersion: 1, flow: noEffect };
    },
    viewOf: ({ user }, node) => viewOf(user, node, world.rules),
    replica: 'server',
    epoch: 'e1',
    now,
  });
  const followers = new FeedFollowers({
    authority,
    subject: 'live.main.thing',
    onError: fail,
    mesh: {
      id: 'server',
      tell(node, _subject, body: Plain) {
        counts.pages += 1;
        wires.get(node)?.push(structuredClone(body) as unknown as PushedPage | null);
        return wires.has(node);
      },
      peers: () => [...wires.keys()].map((id) => ({ id, user: '', serves: [], info: null })),
      onPeers(listener) {
        listeners.add(listener);
        return { dispose: () => void listeners.delete(listener) };
      },
    },
  });
  const wire = (node: string): Wire => {
    const known = wires.get(node) ?? [];
    wires.set(node, known);
    return known;
  };
  const world: FeedWorld = {
    authority,
    followers,
    counts,
    rules: '',
    wire,
    link(node, user, credits, limit = 2) {
      const principal = principalOf(user);
      wire(node);
      return {
        push: (request) => authority.push(structuredClone(request), principal),
        async pull(request): Promise<FeedPage> {
          counts.pulls += 1;
          const page = await authority.pull({ ...request, limit }, principal, node);
          return structuredClone(followers.begin(page, credits, { src: node, principal }));
        },
      };
    },
    disconnect(node) {
      wires.delete(node);
      for (const listener of listeners) listener();
    },
  };
  return world;
}

/** Opens a replica over records. */
export function openReader(
  link: AuthorityLink,
  name: string,
  records: Records = new Map(),
  onError: (error: unknown) => void = fail,
): Promise<Replica> {
  return openReplica({ partition, datasource: memoryRecords(records), replica: name, link, now, onError });
}

function fail(error: unknown): never {
  throw error;
}

export const create = (id: string, set: OpDraft['patch']['set']): OpDraft =>
  draftOp({ id, kind: 'create', patch: { set, unset: [], base: {} } });
export const update = (id: string, set: OpDraft['patch']['set']): OpDraft =>
  draftOp({ id, patch: { set, unset: [], base: {} } });
export const remove = (id: string): OpDraft => draftOp({ id, kind: 'delete' });

import { TestudoError } from '../error.ts';
import type { Principal } from '../access/principal.ts';
import type { Plain, PlainRecord } from '../plain.ts';
import type { MeshNode } from '../mesh/mesh-node.ts';
import { opId, replicaHost } from '../record/op.ts';
import { isRecord } from '../spec/is-record.ts';
import type { Authority } from '../sync/sync-api.ts';
import type { PullRequest, PushRequest } from '../sync/wire.ts';
import { FeedFollowers } from './feed-followers.ts';
import type { LogStanding } from './host-inspection.ts';
import type { Partition, PartitionChange } from './partition.ts';

const REMEMBERED = 1000;

type IsFit = (value: unknown) => boolean;

const isText: IsFit = (value) => typeof value === 'string';

/** What each body is asked for, before anything else is done with it. */
const shapes = {
  push: { replica: isText, ops: Array.isArray as IsFit },
  pull: { since: (since: unknown) => since === null || isText(since), limit: Number.isInteger as IsFit },
  credit: { credits: Number.isInteger as IsFit },
} satisfies { readonly [act: string]: { readonly [key: string]: IsFit } };

function bodyOf(body: Plain, act: keyof typeof shapes): PlainRecord {
  const fits = Object.entries<IsFit>(shapes[act]);
  if (isRecord(body) && fits.every(([key, isFit]) => isFit(body[key]))) return body as PlainRecord;
  throw new TestudoError('BAD_REQUEST', `${act}: the body needs ${fits.map(([key]) => key).join(' and ')} of its type`);
}

/** A host pushes under its name, or as `<name>~<n>` after its authority had forgotten its ops. */
function isOwnReplica(replica: string, src: string): boolean {
  if (replicaHost(replica) !== src) return false;
  return replica === src || /^~\d{1,6}$/.test(replica.slice(src.length));
}

/** What a host made under a former name it pushes under that: nobody but its user has pushed under it. */
function isFormerReplica(authority: Authority, replica: string, { user }: Principal): boolean {
  return user !== '' && authority.userOf(replica) === user;
}

/**
 * Opens the door through which replicas push and pull, and pushes what comes to those that follow. Hosts that know no
 * following are told by `feed.<partition>` when there is more.
 */
export function serveAuthority(
  authority: Authority,
  mesh: MeshNode,
  { subject, onError }: { readonly subject: string; onError(error: unknown): void },
): FeedFollowers {
  const followers = new FeedFollowers({ authority, mesh, subject: `live.${subject}`, onError });
  mesh.serve(`sync.${subject}.push`, async (body, { principal, src }) => {
    const request = bodyOf(body, 'push') as unknown as PushRequest;
    const { replica } = request;
    if (!isOwnReplica(replica, src) && !isFormerReplica(authority, replica, principal)) {
      throw new TestudoError('FORBIDDEN', `${src} may push its own ops only, not those of ${replica.slice(0, 80)}`);
    }
    return (await authority.push(request, principal)) as unknown as Plain;
  });
  mesh.serve(`sync.${subject}.pull`, async (body, delivery) => {
    const request = bodyOf(body, 'pull') as unknown as PullRequest;
    const page = await authority.pull(request, delivery.principal, delivery.src);
    return followers.begin(page, request.credits, delivery) as unknown as Plain;
  });
  mesh.serve(`sync.${subject}.credit`, (body, delivery) => followers.renew(bodyOf(body, 'credit'), delivery));
  let told = true;
  authority.onAccepted(() => {
    if (!told) return;
    told = false;
    queueMicrotask(() => {
      told = true;
      mesh.publish(`feed.${subject}`, { seq: authority.seq });
    });
  });
  return followers;
}

/** An object's changes as its authority keeps them. */
export async function historyOf(
  authority: Pick<Authority, 'history'>,
  id: string,
): ReturnType<NonNullable<Partition['history']>> {
  return (await authority.history(id)).map(({ former: _former, ...record }) => ({ ...record, source: 'authority' }));
}

export interface AuthorityPartitionOptions {
  readonly modelName: string;
  /** of the partition */
  readonly name: string;
  /** of this host */
  readonly node: string;
  log(): LogStanding;
  /** Another build of the model may be loaded now. */
  onBuild(): void;
}

/** A partition whose ops this host puts in order. */
export function authorityPartition(
  authority: Authority,
  { modelName, name, node, log, onBuild }: AuthorityPartitionOptions,
): Partition {
  const ids = new Map<string, string>();
  const counters = { sent: 0, accepted: 0, refused: 0, applied: 0 };
  const remember = (key: string, id: string): void => {
    ids.set(key, id);
    const oldest = ids.size > REMEMBERED ? ids.keys().next().value : undefined;
    if (oldest !== undefined) ids.delete(oldest);
  };
  authority.onAccepted(() => void (counters.accepted += 1));
  return {
    name,
    modelName,
    async write(draft, principal) {
      try {
        const outcome = await authority.submit(draft, principal);
        remember(opId(outcome.op), outcome.op.id);
        return outcome;
      } catch (error) {
        counters.refused += 1;
        throw error;
      }
    },
    former: (request, principal) => authority.former(request, principal),
    get: (id) => authority.get(id),
    confirmed: (id) => authority.get(id),
    list: () => authority.list(),
    source: authority.source,
    history: (id) => historyOf(authority, id),
    index(fields) {
      authority.index(fields);
      onBuild();
    },
    async synced(key) {
      const state = authority.get(ids.get(key) ?? '');
      if (state) return state;
      throw new TestudoError('NOT_FOUND', `no recent op ${key} was made here`);
    },
    pending: () => [],
    refused: () => [],
    held: () => null,
    async dismiss() {
      throw new TestudoError('NOT_FOUND', 'an authority keeps no refused ops of its own');
    },
    onChange(listener) {
      return authority.onAccepted((entry, op) => {
        const origin = op.replica === node ? 'local' : 'push';
        const told: PartitionChange[] = [
          { type: 'object', state: entry.state, origin, kind: op.kind, opId: entry.opId },
          { type: 'accepted', state: entry.state, opId: entry.opId, op },
        ];
        for (const change of told) listener(change);
      });
    },
    nudge() {},
    get seq() {
      return authority.seq;
    },
    get log() {
      return log();
    },
    counters,
  };
}

import type { ObjectState, PlainRecord, WireError } from '@testudo/fabric';

/** What `GET /health` tells of the server's process. */
export interface Health {
  readonly pid: number;
  readonly uptimeMs: number;
  /** open mesh connections */
  readonly sockets: number;
  /** connections closed since the start, where the server counts them */
  readonly closed?: number;
}

/** What `GET /api/demo` tells of the builds that can be deployed. */
export interface DemoReport {
  readonly remotes: readonly {
    readonly name: string;
    readonly active: string | null;
    readonly builds: readonly { readonly build: string; readonly variant: string; readonly url: string }[];
  }[];
  readonly device: { readonly node: string } | null;
  readonly server: { readonly pid: number };
}

/** What `POST /api/demo/tamper` tells of the attempt. */
export interface TamperOutcome {
  readonly refused: WireError | null;
  readonly serving: string | null;
}

/** How a call to a partner goes wrong. */
export type Mishap = 'refused' | 'unanswered';

/** Which calls of which partner are to go wrong, and how. */
export type MishapPlan = {
  readonly partner: string;
  /** the path of the calls that it befalls */
  readonly act: string;
  readonly mishaps: readonly Mishap[];
};

/** A call as a partner noted it. */
export interface PartnerCall {
  readonly partner: string;
  readonly act: string;
  readonly key: string;
  readonly effect: 'first' | 'undone' | 'repeated' | Mishap;
}

/** What `POST /api/demo/inspect` tells of a build that it has verified. */
export interface InspectedBuild {
  readonly name: string;
  readonly kind: string;
  readonly build: string;
  readonly origin: string;
  readonly files: number;
  readonly bytes: number;
}

/** A failed request: `code` is the server's own, or `UNAVAILABLE` when it did not answer. */
export interface RequestFailure {
  readonly code: string;
  readonly message: string;
}

/** @throws RequestFailure */
export function getHealth(): Promise<Health> {
  return request<Health>('/health', {});
}

/** @throws RequestFailure `NOT_FOUND` outside demo mode */
export function getDemo(): Promise<DemoReport> {
  return request<DemoReport>('/api/demo', {});
}

/** One of the demo's acts. @throws RequestFailure */
export function postDemo<Reply>(
  act: 'deploy' | 'tamper' | 'device' | 'kill' | 'mishaps' | 'move' | 'inspect',
  body: PlainRecord = {},
): Promise<Reply> {
  const headers = { 'content-type': 'application/json' };
  return request<Reply>(`/api/demo/${act}`, { method: 'POST', headers, body: JSON.stringify(body) });
}

/** Has a partner's next calls go wrong, one after another; none ends that. @throws RequestFailure */
export function setMishaps(plan: MishapPlan): Promise<void> {
  return postDemo('mishaps', plan);
}

/** Has one port of the order run at its flow's owner or at the server from now on, and no other. @throws RequestFailure */
export function placePort(port: string, to: 'owner' | 'server'): Promise<void> {
  return postDemo('move', { port: `order.${port}`, to });
}

/** Has each port run again where its model says. @throws RequestFailure */
export function placeNone(): Promise<void> {
  return postDemo('move', { port: null });
}

/** The partners' own logs of their calls for an order, oldest first. @throws RequestFailure */
export async function getPartnerCalls(orderId: string): Promise<readonly PartnerCall[]> {
  const path = `/api/demo/calls/${encodeURIComponent(orderId)}`;
  const { calls } = await request<{ readonly calls: readonly PartnerCall[] }>(path, {});
  return calls;
}

/** @throws RequestFailure what is wrong with the build, by its code */
export function inspectBuild(url: string): Promise<InspectedBuild> {
  return postDemo('inspect', { url });
}

/** An order as the server itself has it. @throws RequestFailure `NOT_FOUND` when it has not */
export async function getOrder(id: string): Promise<ObjectState> {
  const { object } = await request<{ readonly object: ObjectState }>(
    `/api/models/orders/${encodeURIComponent(id)}`,
    {},
  );
  return object;
}

async function request<Reply>(path: string, init: RequestInit): Promise<Reply> {
  const response = await fetch(path, { cache: 'no-store', ...init }).catch((cause: unknown) => {
    throw failure('UNAVAILABLE', `the server did not answer ${path}`, cause);
  });
  if (response.status === 204) return undefined as Reply;
  const body: unknown = await response.json().catch((cause: unknown) => {
    throw failure(
      response.status === 404 ? 'NOT_FOUND' : 'INTERNAL',
      `${path} answered ${response.status} without JSON`,
      cause,
    );
  });
  if (response.ok) return body as Reply;
  const { error } = body as { readonly error?: Partial<WireError> };
  throw failure(error?.code ?? 'INTERNAL', error?.message ?? `${path} answered ${response.status}`);
}

function failure(code: string, message: string, cause?: unknown): RequestFailure & Error {
  return Object.assign(new Error(message), { code, cause });
}

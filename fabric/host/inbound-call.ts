import type { Principal } from '../access/principal.ts';
import { TestudoError } from '../error.ts';
import type { PlainRecord } from '../plain.ts';
import type { PortOutcome } from '../port/port-api.ts';
import type { ObjectState } from '../record/object-state.ts';
import { opId } from '../record/op.ts';
import { checkPlain } from '../spec/check-plain.ts';
import { isRecord } from '../spec/is-record.ts';
import type { PortReport } from '../spec/model-report.ts';
import { checkSameRequest } from '../sync/request.ts';
import type { OpDraft, Recorded, RequestKey } from '../sync/sync-api.ts';
import { enabledPort, inboundPort } from './access-question.ts';
import type { CallOutcome, CallRequest } from './call-api.ts';
import { checkWrite } from './check-write.ts';
import { decideIn } from './decide-in.ts';
import { InboundAttempts, type InboundAttemptsOptions } from './inbound-attempts.ts';
import { objectId } from './object-id.ts';
import { maxHops } from './realm-calls.ts';
import { requestText } from './request-text.ts';

const maxArgs = 20;
/** Characters of JSON of a result that is told again to who repeats his call. */
const maxKeptLength = 16_384;

/** A call that is being made, for who makes the same one meanwhile. */
export interface CallUnderWay {
  readonly asks: string;
  readonly outcome: Promise<CallOutcome>;
}

/** What a call is made with. */
export interface InboundCallOptions extends InboundAttemptsOptions {
  /** this host's calls with a request's key */
  readonly underWay: Map<string, CallUnderWay>;
}

/**
 * Calls an inbound port in the name of a principal, who needs the right of the port's name, or `write` where that has no
 * rule. What the port changes is one op of his, a command by the port's name: the authority asks the same right again,
 * and whether the port may change these fields. One that changes nothing and produces no event leaves no op. Equal
 * requests at once are one call, and one that was recorded before gets its former outcome, even where it would be refused
 * now; what the object's version is asked for is its version when the call begins.
 * @throws TestudoError `METHOD_UNKNOWN` for what is no inbound port or is disabled; `NOT_FOUND`, `FORBIDDEN`,
 * `BAD_REQUEST`, `CONFLICT`; `UNAVAILABLE` while its breaker is open; `DEADLINE`; what the port and its model throw
 */
export async function callInbound(request: CallRequest, options: InboundCallOptions): Promise<CallOutcome> {
  const { underWay, principal } = options;
  const known = keyOf(request, principal);
  const key = `${request.modelName} ${known.requestId}`;
  const same = known.requestId === '' ? undefined : underWay.get(key);
  if (same) {
    checkSameRequest(known, same.asks);
    return same.outcome;
  }
  let called: Called;
  try {
    called = checkCall(request, options);
  } catch (refusal) {
    const former = await formerOutcome(known, options);
    if (former) return former;
    throw refusal;
  }
  if (known.requestId === '') return make(request, { ...options, ...called, known });
  const outcome = make(request, { ...options, ...called, known }).finally(() => underWay.delete(key));
  underWay.set(key, { asks: known.asks, outcome });
  return outcome;
}

async function make(
  request: CallRequest,
  options: InboundCallOptions & Called & { readonly known: RequestKey },
): Promise<CallOutcome> {
  const { partition, platform, port, before, known } = options;
  const former = await formerOutcome(known, options);
  if (former) return former;
  const key = known.requestId === '' ? objectId(platform) : known.requestId;
  const outcome = await new InboundAttempts(options).run({
    request,
    port,
    key: `${request.id}.${request.port}.${key}`,
  });
  if (!changes(outcome, port))
    return { result: outcome.result, state: partition.get(request.id) ?? before, opId: null };
  return record(request, { ...options, outcome, known });
}

/** The request as the command that its op is. */
function asCommand({ modelName, id, port, args, ifVersion }: CallRequest) {
  return {
    ...({ modelName, id, kind: 'command', command: port, input: Array.isArray(args) ? args : null } as const),
    ...(ifVersion === undefined ? {} : { ifVersion }),
  };
}

function keyOf(request: CallRequest, { user }: Principal): RequestKey {
  return { requestId: request.requestId ? `${user}:${request.requestId}` : '', asks: requestText(asCommand(request)) };
}

interface Called {
  readonly port: PortReport;
  readonly before: ObjectState;
}

function checkCall(request: CallRequest, options: InboundCallOptions): Called {
  const { modelName, id, port: name, args } = request;
  const what = `${modelName}.${String(name).slice(0, 80)}`;
  if (!Array.isArray(args) || args.length > maxArgs)
    throw new TestudoError('BAD_REQUEST', `${what} takes a list of at most ${maxArgs} arguments`);
  checkPlain(args, `${what} arguments`);
  if (options.hops > maxHops)
    throw new TestudoError('TOO_DEEP', `${what} is called by its own calls, ${maxHops} of them deep; end that loop`);
  const port = callable(options, request);
  const before = options.partition.get(id);
  const asked = port.type === 'inbound' ? asCommand(request) : ({ ...asCommand(request), kind: 'update' } as const);
  checkWrite(options.registry, asked, before, options.principal);
  return { port, before: before as ObjectState };
}

/** A port that may be called: from outside an inbound one, by model code any that is enabled. */
function callable({ registry, hops }: InboundCallOptions, { modelName, port: name }: CallRequest): PortReport {
  const model = registry.get(modelName);
  const port = inboundPort(model, name) ?? (hops > 0 ? enabledPort(model, name) : undefined);
  if (port) return port;
  throw new TestudoError(
    'METHOD_UNKNOWN',
    `${modelName} has no inbound port ${String(name).slice(0, 80)} that is enabled; others are not called from outside`,
  );
}

/** What the same call gave before: its result is kept in its op. */
async function formerOutcome(
  known: RequestKey,
  { partition, principal }: InboundCallOptions,
): Promise<CallOutcome | undefined> {
  const former = known.requestId === '' ? undefined : await partition.former(known, principal);
  if (!former) return undefined;
  const { op, state } = former;
  return { result: isRecord(op.input) ? (op.input as PlainRecord) : {}, state, opId: opId(op) };
}

/** What an outbound port changes its flow writes; who calls it otherwise has its result, and may write that. */
function changes({ patch }: PortOutcome, { type, producesEvent }: PortReport): boolean {
  if (type === 'outbound') return false;
  return producesEvent !== null || patch.unset.length > 0 || Object.keys(patch.set).length > 0;
}

async function record(
  { modelName, id, port }: CallRequest,
  options: InboundCallOptions & { readonly outcome: PortOutcome; readonly known: RequestKey },
): Promise<CallOutcome> {
  const { partition, platform, realm, calls, principal, outcome, known } = options;
  const { patch, result } = outcome;
  const before = partition.get(id);
  const what = { modelName, id, kind: 'command', command: port, patch } as const;
  const decision = {
    ...what,
    at: 'origin',
    current: before?.fields ?? null,
    version: before?.version ?? 0,
    ...(before ? { currentSchema: before.schemaVersion } : {}),
    input: null,
  } as const;
  const { schemaVersion } = await decideIn(realm, decision, { calls, principal });
  const draft = {
    ...what,
    ...known,
    input: known.requestId === '' || JSON.stringify(result).length > maxKeptLength ? null : result,
    schemaVersion,
    baseVersion: before?.version ?? 0,
    step: null,
    atMs: platform.now(),
  };
  const { op, state } = await written(draft, options);
  return { result, state, opId: opId(op) };
}

/** Model code's calls lead to what their ops lead to: the op has a key of its own, by which that is found. */
async function written(draft: OpDraft, { partition, principal, calls, hops }: InboundCallOptions): Promise<Recorded> {
  if (hops === 0) return partition.write(draft, principal);
  const requestId = `call-${calls.uniqueName()}`;
  calls.causes(requestId, hops);
  try {
    return await partition.write({ ...draft, requestId }, principal);
  } catch (error) {
    calls.forget(requestId);
    throw error;
  }
}

import type { Plain } from '../../plain.ts';
import type { ObjectState } from '../../record/object-state.ts';
import { opId, type Op } from '../../record/op.ts';
import { plainEqual } from '../../record/plain-equal.ts';
import type { FeedEntry } from '../../sync/wire.ts';
import { isReadable, type SimAuthority } from './sim-authority.ts';
import { checkFlows } from './flow-laws.ts';
import type { SimPartner } from './sim-partner.ts';
import { decisions, keptSeqs, logEntries, type SimDecision } from './sim-records.ts';
import type { SimReplica } from './sim-replica.ts';
import type { SimWorld } from './sim-world.ts';

/** A run that has come to rest. */
export interface RestedRun {
  readonly world: SimWorld;
  readonly authority: SimAuthority;
  readonly replicas: readonly SimReplica[];
  readonly partner: SimPartner;
  /** ops whose acceptance a client was told of, with the seq that it was told */
  readonly promised: ReadonlyMap<string, number>;
}

const equal = (left: unknown, right: unknown): boolean => plainEqual(left as Plain, right as Plain);

/** Everything that must hold once nothing fails any more and everybody has caught up. */
export function checkFinalLaws(run: RestedRun): void {
  const decided = decisions(run.authority.disk);
  const log = logEntries(run.authority.disk);
  checkLog(run, log, decided);
  checkFloor(run);
  checkMarks(run, decided);
  checkRefusals(run, decided);
  checkOracle(run, decided);
  checkPromises(run, decided);
  checkFlows(run, log, decided);
  for (const replica of run.replicas) checkReplica(run, replica, decided);
}

/** Law L4: every accepted op is in the log once, at the seq it was given, and each replica's in counter order. */
function checkLog({ world }: RestedRun, log: readonly FeedEntry[], decided: readonly SimDecision[]): void {
  const seqs = new Map<string, number>();
  log.forEach((entry, index) => {
    if (entry.seq !== index + 1) world.violate(`log entry ${index + 1} has seq ${entry.seq}`);
    if (seqs.has(entry.opId)) world.violate(`op ${entry.opId} is in the log twice`);
    seqs.set(entry.opId, entry.seq);
  });
  const last = new Map<string, number>();
  for (const { op, result } of decided) {
    if (result.status === 'refused') continue;
    if (seqs.get(opId(op)) !== result.seq) world.violate(`accepted op ${opId(op)} is not in the log at ${result.seq}`);
    if (result.seq < (last.get(op.replica) ?? 0)) world.violate(`op ${opId(op)} overtook an earlier one`);
    last.set(op.replica, result.seq);
  }
  const accepted = decided.filter(({ result }) => result.status === 'accepted').length;
  if (accepted !== log.length) world.violate(`${accepted} ops accepted, ${log.length} in the log`);
}

/** The log has every entry above its floor. */
function checkFloor({ world, authority: { authority, disk } }: RestedRun): void {
  const [floor, seq] = [authority?.floor ?? 0, authority?.seq ?? 0];
  const kept = keptSeqs(disk).filter((each) => each > floor);
  if (kept.length !== seq - floor || kept.some((each, index) => each !== floor + index + 1))
    world.violate(`the floor is ${floor}, the last seq ${seq}, and the log has ${kept.join()}`);
}

/** Only a verdict refuses an op: what merely went wrong while it was judged does not. */
function checkRefusals({ world }: RestedRun, decided: readonly SimDecision[]): void {
  for (const { op, result } of decided) {
    if (result.status === 'refused' && result.error.code === 'INTERNAL')
      world.violate(`op ${opId(op)} was refused for ${result.error.code}: ${result.error.message}`);
  }
}

/** The counters of a replica's decided ops are contiguous from 1, and a request was recorded once. */
function checkMarks({ world }: RestedRun, decided: readonly SimDecision[]): void {
  const marks = new Map<string, number>();
  const requests = new Set<string>();
  for (const { op } of decided) {
    const mark = marks.get(op.replica) ?? 0;
    if (op.counter !== mark + 1) world.violate(`op ${opId(op)} was decided, ${op.replica}:${mark + 1} was not`);
    marks.set(op.replica, op.counter);
    if (op.requestId !== '' && requests.has(op.requestId)) world.violate(`request ${op.requestId} was recorded twice`);
    requests.add(op.requestId);
  }
}

interface OracleObject {
  fields: { [field: string]: Plain };
  version: number;
  seq: number;
  deleted: boolean;
}

/** The authority's objects are what a plain replay of the accepted ops makes: each op once, the later one wins a field. */
function checkOracle({ world, authority }: RestedRun, decided: readonly SimDecision[]): void {
  const objects = new Map<string, OracleObject>();
  const accepted = decided.filter(({ result }) => result.status === 'accepted');
  for (const { op, result } of [...accepted].sort((left, right) => seqOf(left) - seqOf(right))) {
    const object = objects.get(op.id) ?? { fields: {}, version: 0, seq: 0, deleted: false };
    const isLawful = op.kind === 'create' ? object.version === 0 : object.version > 0 && !object.deleted;
    if (!isLawful) world.violate(`${op.kind} ${opId(op)} of ${op.id} was accepted on version ${object.version}`);
    if (result.status === 'accepted') objects.set(op.id, { ...replay(object, op), seq: result.seq });
  }
  for (const [id, object] of objects) {
    const state = authority.authority?.get(id);
    if (state === undefined && object.deleted) continue;
    const { fields, version, seq, deleted } = state ?? ({} as Partial<ObjectState>);
    if (!equal(object, { fields, version, seq, deleted })) {
      world.violate(
        `${id} is ${JSON.stringify({ fields, version, seq, deleted })}, its ops make ${JSON.stringify(object)}`,
      );
    }
  }
}

function seqOf({ result }: SimDecision): number {
  return result.status === 'accepted' ? result.seq : 0;
}

/** Whoever sets a field to what he saw there changes nothing of it. */
function replay({ fields, version, deleted, seq }: OracleObject, op: Op): OracleObject {
  const { set, base } = op.patch;
  const next: { [field: string]: Plain } = { ...fields };
  for (const [key, value] of Object.entries(set)) if (!(key in fields && equal(value, base[key]))) next[key] = value;
  for (const key of op.patch.unset) delete next[key];
  if (op.command === 'add') next['n'] = Number(fields['n'] ?? 0) + Number(op.input);
  return { fields: next, version: version + 1, seq, deleted: deleted || op.kind === 'delete' };
}

/** Law L2 at the authority: what a client was told is accepted is there for good, at that seq. */
function checkPromises({ world, promised }: RestedRun, decided: readonly SimDecision[]): void {
  const seqs = new Map(decided.map((decision) => [opId(decision.op), seqOf(decision)]));
  for (const [id, seq] of promised) {
    if (seqs.get(id) !== seq)
      world.violate(`a client was told that ${id} is accepted as ${seq}, it is ${String(seqs.get(id))}`);
  }
}

/** Laws L2 and L3: nothing acknowledged is lost, refusals are shown, and the copy equals the original. */
function checkReplica(
  { world, authority }: RestedRun,
  { name, replica, acknowledged }: SimReplica,
  decided: readonly SimDecision[],
): void {
  const own = new Map(decided.filter(({ op }) => op.replica === name).map((decision) => [opId(decision.op), decision]));
  for (const op of acknowledged) {
    const decision = own.get(opId(op));
    if (decision === undefined) world.violate(`acknowledged op ${opId(op)} never reached the authority`);
    else if (!equal(decision.op, op)) world.violate(`op ${opId(op)} is another one at the authority`);
  }
  const refusedThere = [...own].filter(([, { result }]) => result.status === 'refused').map(([id]) => id);
  const refusedHere = (replica?.refused() ?? []).map(({ op }) => opId(op));
  if (!equal(refusedThere, refusedHere))
    world.violate(`${name} shows refused ${refusedHere.join()}, the authority refused ${refusedThere.join()}`);
  if (replica === null || replica.pending().length > 0) world.violate(`${name} has not sent everything`);
  const original = (authority.authority?.list() ?? []).filter(isReadable);
  if (!equal(replica?.list(), original))
    world.violate(`${name} does not equal the authority: ${firstDifference(replica?.list() ?? [], original)}`);
}

function firstDifference(copy: readonly ObjectState[], original: readonly ObjectState[]): string {
  const ids = [...new Set([...copy, ...original].map(({ id }) => id))];
  const find = (list: readonly ObjectState[], id: string): ObjectState | undefined =>
    list.find((state) => state.id === id);
  const id = ids.find((each) => !equal(find(copy, each), find(original, each))) ?? '';
  return `${id} is ${JSON.stringify(find(copy, id))} there, ${JSON.stringify(find(original, id))} here`;
}

/** Says what is wrong with a world at rest. It imports nothing: it shares no line with what it judges, and takes plain data. */

type Fields = { readonly [field: string]: unknown };

/** An op as its maker sent it. */
export interface JudgedOp {
  readonly replica: string;
  readonly counter: number;
  readonly id: string;
  readonly kind: string;
  readonly command: string | null;
  readonly input: unknown;
  readonly patch: { readonly set: Fields; readonly unset: readonly string[]; readonly base: Fields };
  readonly requestId: string;
}

/** What became of an op. `mark`: what it is known by under whatever id; `isAnswer`: told again, under another id. */
export interface JudgedDecision {
  readonly op: JudgedOp;
  readonly mark: string;
  readonly isAnswer?: boolean;
  readonly result: { readonly status: string; readonly seq?: number; readonly error?: { readonly code: string } };
}

export interface JudgedObject {
  readonly id: string;
  readonly fields: Fields;
  readonly version: number;
  readonly seq: number;
  readonly deleted: boolean;
}

/** A device with what its user was told, and what he sees. */
export interface JudgedDevice {
  readonly label: string;
  /** what its user sees: `all` but the secret objects, those of them that are `plain` in `a`, or `none` */
  readonly right: string;
  /** marks of ops that were reported durable here */
  readonly acknowledged: readonly string[];
  /** marks of ops that its disk has lost, which made no such promise */
  readonly forgiven: readonly string[];
  readonly pending: readonly string[];
  readonly refused: readonly string[];
  readonly objects: readonly JudgedObject[];
}

export interface JudgedWorld {
  /** the authority's decisions in the order in which they were made, and those that its disk has lost */
  readonly decided: readonly JudgedDecision[];
  readonly lost: readonly JudgedDecision[];
  readonly log: readonly { readonly seq: number; readonly opId: string }[];
  /** seqs that the log still has, and the highest that it has given back */
  readonly keptLog: readonly number[];
  readonly floor: number;
  /** as the authority shows them: none that is deleted */
  readonly objects: readonly JudgedObject[];
  /** `<opId>@<seq>` of every acceptance that a client was told of */
  readonly promised: readonly string[];
  /** ids of objects of which the authority's disk has kept nothing: they are back as they were, or nobody has them */
  readonly lostObjects: readonly string[];
  /** marks of ops whose record the authority's disk has damaged: they may be told to be refused, which is not sure */
  readonly unreadable: readonly string[];
  readonly devices: readonly JudgedDevice[];
}

/** Every law that does not hold, in words. */
export function verdicts(world: JudgedWorld): readonly string[] {
  const laws = [logVerdicts, counterVerdicts, onceVerdicts, objectVerdicts, promiseVerdicts];
  return [
    ...laws.flatMap((law) => law(world)),
    ...world.devices.flatMap((device) => writeVerdicts(world, device)),
    ...world.devices.flatMap((device) => differences(device.label, device.objects, seenBy(device, world.objects))),
  ];
}

const nameOf = ({ op }: JudgedDecision): string => `${op.replica}:${op.counter}`;
const seqOf = ({ result }: JudgedDecision): number => result.seq ?? 0;

/** The log is whole, and every accepted op is in it once, where it was said to be, each replica's in their order. */
function logVerdicts({ log, decided, keptLog, floor }: JudgedWorld): readonly string[] {
  const wrong: string[] = [];
  const seqs = new Map(log.map(({ opId, seq }) => [opId, seq]));
  const last = new Map<string, number>();
  const accepted = decided.filter((each) => seqOf(each) > 0 && !each.isAnswer);
  log.forEach(({ seq }, index) => seq !== index + 1 && wrong.push(`log entry ${index + 1} has seq ${seq}`));
  const kept = keptLog.filter((seq) => seq > floor);
  if (kept.length !== log.length - floor) wrong.push(`the log has ${kept.join()} above its floor ${floor}`);
  if (seqs.size !== log.length) wrong.push(`the log has ${log.length} entries of ${seqs.size} ops`);
  if (accepted.length !== log.length) wrong.push(`${accepted.length} ops accepted, ${log.length} in the log`);
  for (const each of accepted) {
    const seq = seqOf(each);
    if (seqs.get(nameOf(each)) !== seq) wrong.push(`accepted op ${nameOf(each)} is not in the log at ${seq}`);
    if (seq < (last.get(each.op.replica) ?? 0)) wrong.push(`op ${nameOf(each)} overtook an earlier one`);
    last.set(each.op.replica, seq);
  }
  return wrong;
}

/** The counters of a replica's decided ops are contiguous from 1; and only a verdict refuses an op. */
function counterVerdicts({ decided }: JudgedWorld): readonly string[] {
  const wrong: string[] = [];
  const marks = new Map<string, number>();
  for (const each of decided) {
    const { replica, counter } = each.op;
    const due = (marks.get(replica) ?? 0) + 1;
    if (counter !== due) wrong.push(`op ${nameOf(each)} was decided, ${replica}:${due} was not`);
    marks.set(replica, counter);
    if (each.result.error?.code === 'INTERNAL') wrong.push(`op ${nameOf(each)} was refused for a fault of the host`);
  }
  return wrong;
}

/** Law L4: an op, and a request, takes effect once, whatever was sent how often under which id. */
function onceVerdicts({ decided, devices }: JudgedWorld): readonly string[] {
  const wrong: string[] = [];
  const seen = new Set<string>();
  const forgiven = new Set(devices.flatMap((device) => device.forgiven));
  for (const each of decided.filter(({ mark, isAnswer }) => !isAnswer && !forgiven.has(mark))) {
    const { requestId } = each.op;
    const keys = [seqOf(each) > 0 ? `effect of ${each.mark}` : '', requestId === '' ? '' : `request ${requestId}`];
    for (const key of keys.filter((one) => one !== '')) {
      if (seen.has(key)) wrong.push(`${nameOf(each)} repeats the ${key}`);
      seen.add(key);
    }
  }
  return wrong;
}

/** The authority's objects are what a plain replay of the accepted ops makes: the later one wins a field. */
function objectVerdicts({ decided, objects, lostObjects }: JudgedWorld): readonly string[] {
  const wrong: string[] = [];
  const replayed = new Map<string, JudgedObject>();
  for (const each of decided.filter((one) => seqOf(one) > 0 && !one.isAnswer).sort((a, b) => seqOf(a) - seqOf(b))) {
    const { id, kind } = each.op;
    if (kind === 'create' && lostObjects.includes(id)) replayed.delete(id);
    const before = replayed.get(id) ?? { id, fields: {}, version: 0, seq: 0, deleted: false };
    const isThere = before.version > 0 && (!before.deleted || (kind === 'delete' && lostObjects.includes(id)));
    const isLawful = kind === 'create' ? before.version === 0 : isThere;
    if (!isLawful) wrong.push(`${kind} ${nameOf(each)} of ${id} was accepted on version ${before.version}`);
    const next = { fields: fieldsAfter(before.fields, each.op), version: before.version + 1, seq: seqOf(each) };
    replayed.set(id, { id, ...next, deleted: before.deleted || kind === 'delete' });
  }
  const gone = lostObjects.filter((id) => !objects.some((each) => each.id === id));
  const left = [...replayed.values()].filter(({ id, deleted }) => !deleted && !gone.includes(id));
  const found = objects.map(({ id, fields, version, seq, deleted }) => ({ id, fields, version, seq, deleted }));
  return [...wrong, ...differences('the authority', found, left)];
}

/** Whoever sets a field to what he saw there changes nothing of it. */
function fieldsAfter(fields: Fields, { patch, command, input }: JudgedOp): Fields {
  const next: { [field: string]: unknown } = { ...fields };
  for (const [key, value] of Object.entries(patch.set))
    if (!(key in fields && text(value) === text(patch.base[key]))) next[key] = value;
  for (const key of patch.unset) delete next[key];
  if (command === 'add') next['n'] = Number(fields['n'] ?? 0) + Number(input);
  return next;
}

/** Law L2 at the authority: what a client was told is accepted is there for good, at that seq. */
function promiseVerdicts({ promised, decided, lost }: JudgedWorld): readonly string[] {
  const kept = new Set([...decided, ...lost].map((each) => `${nameOf(each)}@${seqOf(each)}`));
  return promised.filter((each) => !kept.has(each)).map((each) => `a client was told of ${each}, which is not so`);
}

/** Law L2 at a device: what was acknowledged was sent and decided; what was refused, and only that, is shown as such. */
function writeVerdicts({ decided, lost, unreadable }: JudgedWorld, device: JudgedDevice): readonly string[] {
  const wrong = device.pending.map((mark) => `${device.label} has not sent ${mark}`);
  const ends = (mark: string): readonly string[] =>
    [...decided, ...lost].filter((one) => one.mark === mark).map(({ result }) => result.status);
  for (const mark of device.acknowledged.filter((each) => !device.forgiven.includes(each))) {
    const end = ends(mark);
    if (end.length === 0) wrong.push(`${device.label}: acknowledged op ${mark} never reached the authority`);
    else if (!end.includes('accepted') && !device.refused.includes(mark))
      wrong.push(`${device.label} does not show refused ${mark}`);
  }
  const untrue = device.refused.filter((mark) => !ends(mark).includes('refused') && !unreadable.includes(mark));
  return [...wrong, ...untrue.map((mark) => `${device.label} shows refused ${mark}, which was not`)];
}

/** What a device's user may see. */
function seenBy({ right }: JudgedDevice, objects: readonly JudgedObject[]): readonly JudgedObject[] {
  if (right === 'none') return [];
  return objects.filter(({ fields: { secret, a } }) => secret !== true && (right === 'all' || typeof a !== 'object'));
}

/** Law L3: the copy is the original. */
function differences(who: string, found: readonly JudgedObject[], wanted: readonly JudgedObject[]): readonly string[] {
  const there = new Map(found.map((each) => [each.id, text(each)]));
  const here = new Map(wanted.map((each) => [each.id, text(each)]));
  const ids = [...new Set([...there.keys(), ...here.keys()])].filter((id) => there.get(id) !== here.get(id));
  return ids.map((id) => `${who} has of ${id} ${there.get(id) ?? 'nothing'}, it is ${here.get(id) ?? 'nothing'}`);
}

/** The same for equal values, whatever the order of their keys. */
function text(value: unknown): string {
  const sort = (_key: string, part: unknown): unknown =>
    part instanceof Object ? Object.fromEntries(Object.entries(part).sort()) : part;
  return JSON.stringify(value, sort) ?? 'nothing';
}

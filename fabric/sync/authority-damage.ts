import { TestudoError } from '../error.ts';
import { deepFreeze } from '../record/deep-freeze.ts';
import type { ObjectState } from '../record/object-state.ts';
import type { Datasource, Write } from '../store/datasource.ts';
import type { AuthorityBook, Mark } from './authority-book.ts';
import type { AuthorityCollections } from './authority-collections.ts';
import { isFirstName } from './first-op.ts';
import { setObject } from './set-object.ts';
import { asPlain, numberKey } from './keys.ts';
import { packSize } from './packed-ops.ts';
import { readEach } from './read-all.ts';
import { fits, isState, type IsSound, type SoundRecords } from './sound-records.ts';
import type { FeedEntry } from './wire.ts';

/** Where an authority's records are. */
export interface AuthorityRecords {
  readonly datasource: Datasource;
  readonly names: AuthorityCollections;
  readonly modelName: string;
  /** whoever runs the host hears of damage */
  tell?(damage: unknown): void;
}

const isEntry: IsSound<FeedEntry> = (value): value is FeedEntry => {
  if (!fits(value, { seq: 'number', opId: 'string', state: 'object' })) return false;
  return isState(value.state, (value.state as { readonly id: string }).id);
};

/**
 * Mends what was left out when a partition was read: an object comes back from its latest log entry, a mark from the
 * ops that were decided. An object that nothing here restores is asked for (`wanted`), and all take a snapshot, so that
 * nobody keeps what this authority does not have. All that is damaged, mended or not, goes to the collection of damaged records.
 * The book is mended, and that is told, also where it cannot be made durable: then it is owed.
 * @throws what a reading throws: nothing was mended then, and the partition is not to be used without what it lacks
 */
export async function mendAuthority(book: AuthorityBook, records: SoundRecords, of: AuthorityRecords): Promise<void> {
  const { objects, marks, damaged } = of.names;
  const ids = records.damaged(objects).map(({ key }) => key);
  const replicas = records.damaged(marks).map(({ key }) => key);
  const states = ids.length === 0 ? [] : await loggedStates(new Set(ids), of);
  const restored = new Set(states.map(({ id }) => id));
  const lost = records.damaged(objects).filter(({ key }) => !restored.has(key));
  const mended = replicas.length === 0 ? [] : await decidedMarks(new Set(replicas), of);
  for (const state of states) setObject(book, state);
  for (const [replica, mark] of mended) book.marks.set(replica, mark);
  for (const { key, text } of lost) want(book, key, text);
  of.tell?.(damage(of, { ids, restored: [...restored], replicas }));
  book.owed = [
    ...records.moves(damaged),
    ...states.map<Write>((state) => ({ collection: objects, key: state.id, value: asPlain(state) })),
    ...mended.map<Write>(([replica, mark]) => ({ collection: marks, key: replica, value: mark })),
    ...(lost.length === 0 ? [] : book.terms.renewed()),
  ];
  try {
    await of.datasource.commit(book.owed);
    book.owed = [];
  } catch (error) {
    of.tell?.(error);
  }
}

/** Notes which objects were lost before, and have not come back: their records were put aside. */
export async function recallLost(
  book: AuthorityBook,
  datasource: Datasource,
  names: AuthorityCollections,
): Promise<void> {
  const lay = `${names.objects} `;
  await readEach(datasource, {
    collection: names.damaged,
    visit({ key, value }) {
      const id = key.startsWith(lay) ? key.slice(lay.length) : '';
      if (id !== '' && typeof value === 'string' && book.objects.get(id) === undefined) want(book, id, value);
    },
    onDamaged: () => undefined,
  });
}

/** Only by its sum an object can be known again. */
function want({ wanted }: AuthorityBook, id: string, text: string): void {
  if (/^~[0-9a-f]{8}/.test(text)) wanted.set(id, text);
}

/** The latest states of these objects, by the log; none of one that a damaged entry may have changed since. */
async function loggedStates(ids: ReadonlySet<string>, of: AuthorityRecords): Promise<readonly ObjectState[]> {
  const found = new Map<string, ObjectState>();
  let lastDamaged = '';
  const noteDamage = ({ key }: { readonly key: string }): void =>
    void (lastDamaged = key > lastDamaged ? key : lastDamaged);
  await readEach(of.datasource, {
    collection: of.names.log,
    visit(entry) {
      if (!isEntry(entry.value, entry.key)) noteDamage(entry);
      else if (ids.has(entry.value.state.id)) found.set(entry.value.state.id, deepFreeze(entry.value.state));
    },
    onDamaged: noteDamage,
  });
  return [...found.values()].filter(({ seq }) => numberKey(seq) > lastDamaged);
}

/** Of all ops of a replica it cannot be told whether they were decided under other ids. */
const unknown = { mark: Number.MAX_SAFE_INTEGER, given: Number.MAX_SAFE_INTEGER };

/** How far the ops of these replicas were decided. Whose they are is not known any more: the next who pushes says. */
async function decidedMarks(
  replicas: ReadonlySet<string>,
  of: AuthorityRecords,
): Promise<readonly (readonly [string, Mark])[]> {
  const marks = new Map<string, Mark>();
  for (const name of replicas) if (isFirstName(name)) marks.set(name, { ...unknown, user: '' });
  const noting =
    (further: number) =>
    ({ key }: { readonly key: string }): void => {
      const end = key.lastIndexOf(':');
      const replica = key.slice(0, end);
      const mark = Math.max(Number(key.slice(end + 1)) + further, marks.get(replica)?.mark ?? 0);
      if (replicas.has(replica)) marks.set(replica, { mark, user: '' });
    };
  for (const [collection, note] of [
    [of.names.ops, noting(0)],
    [of.names.packed, noting(packSize - 1)],
  ] as const)
    await readEach(of.datasource, { collection, visit: note, onDamaged: note });
  return [...marks];
}

interface Outcome {
  readonly ids: readonly string[];
  readonly restored: readonly string[];
  readonly replicas: readonly string[];
}

function damage({ modelName, names }: AuthorityRecords, { ids, restored, replicas }: Outcome): TestudoError {
  const lost = ids.filter((id) => !restored.includes(id));
  const said = [
    `${restored.length} of ${ids.length} damaged objects came back from the log`,
    ...(lost.length === 0
      ? []
      : [`lost here: ${lost.slice(0, 3).join(', ')}: who has a copy is asked for it; else restore them from a backup`]),
    ...(replicas.length === 0 ? [] : [`damaged marks of ${replicas.slice(0, 3).join(', ')} came back from their ops`]),
  ];
  const message = `Records of ${modelName} were damaged and are kept in ${names.damaged}: ${said.join('; ')}`;
  return new TestudoError('CORRUPT', message, { data: { modelName, ids: [...ids], lost, replicas: [...replicas] } });
}

import { fieldsOf } from '../objects.ts';
import { loadPeer } from '../peers.ts';
import { expectObjects, OBJECTS } from './replica-peer.ts';
import type { ReplicaPeer } from './replica-peer.ts';

interface Root {
  objects?: Readonly<Record<string, unknown>>;
}

interface Automerge {
  readonly ImmutableString: new (text: string) => unknown;
  init(): Root;
  change(doc: Root, change: (draft: Root) => void): Root;
  from(fields: unknown): unknown;
  save(doc: unknown): Uint8Array;
  load(bytes: Uint8Array): unknown;
}

/** The fields with strings that are replaced as a whole: its other strings are texts that merge by the letter. */
function wholeFields({ ImmutableString }: Automerge, index: number): Readonly<Record<string, unknown>> {
  const entries = Object.entries(fieldsOf(index));
  return Object.fromEntries(
    entries.map(([field, value]) => [field, typeof value === 'string' ? new ImmutableString(value) : value]),
  );
}

/** All objects assigned in one change: the way that is fastest for Automerge. */
function oneDocument(automerge: Automerge): ReplicaPeer {
  const write = (): { readonly doc: Root; readonly bytes: Uint8Array } => {
    const all = Array.from({ length: OBJECTS }, (_, index) => [`i${index}`, wholeFields(automerge, index)]);
    const doc = automerge.change(automerge.init(), (draft) => {
      draft.objects = Object.fromEntries(all) as Readonly<Record<string, unknown>>;
    });
    return { doc, bytes: automerge.save(doc) };
  };
  return {
    name: 'Automerge, one document, one change',
    rounds: 1,
    write,
    record() {
      const { bytes } = write();
      return () => {
        const doc = automerge.load(bytes) as Root;
        expectObjects(Object.keys(doc.objects ?? {}).length);
        return doc;
      };
    },
  };
}

/** A document for each object, fewer of them: they do not know of one another. */
function documentEach(automerge: Automerge): ReplicaPeer {
  const objects = OBJECTS / 10;
  const write = (): readonly { readonly doc: unknown; readonly bytes: Uint8Array }[] =>
    Array.from({ length: objects }, (_, index) => {
      const doc = automerge.from(wholeFields(automerge, index));
      return { doc, bytes: automerge.save(doc) };
    });
  return {
    name: 'Automerge, a document for each object',
    objects,
    rounds: 1,
    write,
    record() {
      const saved = write().map(({ bytes }) => bytes);
      return () => saved.map((bytes) => automerge.load(bytes));
    },
  };
}

/** Automerge in both ways; none where it is not installed. */
export async function automergeDocuments(): Promise<readonly ReplicaPeer[]> {
  const automerge = await loadPeer<Automerge>('@automerge/automerge');
  return automerge ? [oneDocument(automerge), documentEach(automerge)] : [];
}

import { fieldsOf } from '../objects.ts';
import { loadPeer } from '../peers.ts';
import { expectObjects, OBJECTS } from './replica-peer.ts';
import type { ReplicaPeer } from './replica-peer.ts';

interface YMap {
  set(key: string, value: unknown): void;
  readonly size: number;
}

interface YDoc {
  getMap(name: string): YMap;
  transact(change: () => void): void;
  on(event: 'update', listener: (update: Uint8Array) => void): void;
}

interface Yjs {
  readonly Doc: new () => YDoc;
  readonly Map: new () => YMap;
  applyUpdate(doc: YDoc, update: Uint8Array): void;
  encodeStateAsUpdate(doc: YDoc): Uint8Array;
}

function setAll(map: YMap, index: number): void {
  for (const [field, value] of Object.entries(fieldsOf(index))) map.set(field, value);
}

/** A transaction for each object, whose update is handed out; read back in one update, which is fastest for Yjs. */
function oneDocument(yjs: Yjs): ReplicaPeer {
  const write = (): { readonly doc: YDoc; readonly updates: readonly Uint8Array[] } => {
    const doc = new yjs.Doc();
    const updates: Uint8Array[] = [];
    doc.on('update', (update) => updates.push(update));
    const root = doc.getMap('objects');
    for (let index = 0; index < OBJECTS; index++) {
      doc.transact(() => {
        const object = new yjs.Map();
        setAll(object, index);
        root.set(`i${index}`, object);
      });
    }
    return { doc, updates };
  };
  return {
    name: 'Yjs, one document',
    write,
    record() {
      const update = yjs.encodeStateAsUpdate(write().doc);
      return () => {
        const doc = new yjs.Doc();
        yjs.applyUpdate(doc, update);
        expectObjects(doc.getMap('objects').size);
        return doc;
      };
    },
  };
}

/** A document for each object, fewer of them: they do not know of one another. */
function documentEach(yjs: Yjs): ReplicaPeer {
  const objects = OBJECTS / 10;
  const write = (): { readonly docs: readonly YDoc[]; readonly updates: readonly Uint8Array[] } => {
    const docs: YDoc[] = [];
    const updates: Uint8Array[] = [];
    for (let index = 0; index < objects; index++) {
      const doc = new yjs.Doc();
      doc.on('update', (update) => updates.push(update));
      doc.transact(() => setAll(doc.getMap('fields'), index));
      docs.push(doc);
    }
    return { docs, updates };
  };
  return {
    name: 'Yjs, a document for each object',
    objects,
    write,
    record() {
      const { updates } = write();
      return () =>
        updates.map((update) => {
          const doc = new yjs.Doc();
          yjs.applyUpdate(doc, update);
          expectObjects(doc.getMap('fields').size, 8);
          return doc;
        });
    },
  };
}

/** Yjs in both ways; none where it is not installed. */
export async function yjsDocuments(): Promise<readonly ReplicaPeer[]> {
  const yjs = await loadPeer<Yjs>('yjs');
  return yjs ? [oneDocument(yjs), documentEach(yjs)] : [];
}

import { automergeDocuments } from './automerge-documents.ts';
import { fieldWise, fieldWiseOneStamp } from './field-wise.ts';
import { plainMap } from './plain-map.ts';
import type { ReplicaPeer } from './replica-peer.ts';
import { tinybaseStore } from './tinybase-store.ts';
import { yjsDocuments } from './yjs-documents.ts';

/** The floors, and the libraries that are installed. */
export async function allPeers(): Promise<{
  readonly floors: readonly ReplicaPeer[];
  readonly libraries: readonly ReplicaPeer[];
}> {
  const libraries = [...(await yjsDocuments()), ...(await tinybaseStore()), ...(await automergeDocuments())];
  return { floors: [fieldWise, fieldWiseOneStamp, plainMap], libraries };
}

/** The parts of RxDB that are measured against. Its types are ours, so that we compile without it. */
declare module 'rxdb/plugins/core' {
  export interface RxDocument {
    incrementalPatch(fields: object): Promise<unknown>;
  }

  export interface RxCollection {
    findOne(id: string): { exec(): Promise<RxDocument | null> };
    find(query: object): { exec(): Promise<readonly RxDocument[]> };
  }

  export interface ReplicationOptions {
    readonly collection: RxCollection;
    readonly replicationIdentifier: string;
    readonly live: boolean;
    readonly pull?: {
      readonly batchSize: number;
      handler(checkpoint: never): Promise<{ readonly documents: readonly object[]; readonly checkpoint: object }>;
    };
    readonly push?: {
      readonly batchSize: number;
      handler(rows: readonly unknown[]): Promise<readonly unknown[]>;
    };
  }

  export function createRxDatabase(options: object): Promise<{
    addCollections(
      schemas: Readonly<Record<string, object>>,
    ): Promise<{ readonly [name: string]: RxCollection | undefined }>;
  }>;
}

declare module 'rxdb/plugins/replication' {
  import type { ReplicationOptions } from 'rxdb/plugins/core';

  export function replicateRxCollection(options: ReplicationOptions): { awaitInitialReplication(): Promise<void> };
}

declare module 'rxdb/plugins/storage-dexie' {
  export function getRxStorageDexie(settings: object): unknown;
}

/** The parts of PouchDB that are measured against. */
declare module 'pouchdb-browser' {
  export interface Doc {
    readonly _id: string;
    readonly [field: string]: unknown;
  }

  export interface Database {
    get(id: string): Promise<Doc>;
    put(doc: Doc): Promise<unknown>;
    allDocs(options: object): Promise<{ readonly rows: readonly { readonly doc?: Doc }[] }>;
  }

  const PouchDB: {
    new (name: string, options: object): Database;
    replicate(from: Database, to: Database, options: object): Promise<unknown>;
  };
  export default PouchDB;
}

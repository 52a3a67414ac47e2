import type { Query, QueryPage } from './store/query-api.ts';
import type { StorageStanding, SyncStanding } from './app-sync.ts';
import type { Catalog } from './catalog/catalog.ts';
import type { HistoryPage, HistoryQuery } from './host/history-page.ts';
import type { HostEvent, HostReport, RefusedWrite } from './host/host-api.ts';
import type { Disposable, Plain, PlainRecord } from './plain.ts';
import type { ObjectState } from './record/object-state.ts';

/** `saved`: durable on this device; `synced`: accepted by the authority; `refused`: see `refused()`. */
export type SyncState = 'saved' | 'synced' | 'refused';

/** An object as a UI sees it, after a write. */
export interface AppObject {
  readonly state: ObjectState;
  /** Resolves when the authority has accepted the write. @throws an error with the refusal's code */
  synced(): Promise<ObjectState>;
}

/** What a port brought back, and the object after it. */
export interface PortResult extends AppObject {
  readonly result: PlainRecord;
}

/** The asynchronous interface of one model. Every write resolves when it is durable on this device. */
export interface ModelClient {
  create(input: PlainRecord): Promise<AppObject>;
  update(id: string, changes: PlainRecord, options?: { readonly ifVersion?: number }): Promise<AppObject>;
  delete(id: string): Promise<AppObject>;
  command(id: string, name: string, input?: Plain): Promise<AppObject>;
  /** Calls an inbound port. */
  call(id: string, port: string, ...args: readonly Plain[]): Promise<PortResult>;
  find(id: string): Promise<ObjectState>;
  /** Every object that the user may read and the query asks for, all pages of it; with a `limit` so many at most. */
  list(query?: Query): Promise<readonly ObjectState[]>;
  /** The same, one by one: `for await (const order of orders.each(query))`; a page is asked for when the former one is through. */
  each(query?: Query): AsyncIterable<ObjectState>;
  /** One page of them. */
  page(query: Query): Promise<QueryPage>;
  count(query?: Pick<Query, 'where'>): Promise<number>;
  /**
   * A page of an object's changes, latest first: those that its authority keeps, or while it is away those that this
   * browser has seen (`source: 'host'`). `next` of a page is `before` of the one after it.
   * @throws an error with `NOT_FOUND` where the user may not read the object
   */
  history(id: string, query?: HistoryQuery): Promise<HistoryPage>;
  /** Calls back with what `list` would give, now and after each change, once a frame at most. */
  watch(listener: (states: readonly ObjectState[]) => void, query?: Query): Disposable;
}

export interface AppModels {
  get(modelName: string): ModelClient;
  /** Ops that the authority refused, until they are dismissed. */
  refused(): Promise<readonly RefusedWrite[]>;
  dismiss(modelName: string, opId: string): Promise<void>;
  /** Calls back with how everything stands, now and after each change, once a frame at most. */
  watchSync(listener: (sync: SyncStanding) => void): Disposable;
  /** Offers *Edit again* for refused changes of a model, wherever they are listed, until it is disposed. */
  onRepair(modelName: string, repair: (refused: RefusedWrite) => void): Disposable;
}

export interface AppEvents {
  /** Events of this browser's host, from every tab. */
  on(listener: (event: HostEvent) => void): Disposable;
}

/** The device behind one interface: a remote never knows what it runs on. */
export interface AppPlatform {
  readonly kind: 'web';
  readonly locale: string;
  /** small preferences of this application, kept on the device */
  readonly storage: {
    get(key: string): string | null;
    set(key: string, value: string): void;
  };
}

/** What the shell tells an application about the whole. */
export interface AppShell {
  readonly user: { readonly name: string; readonly roles: readonly string[] };
  /** Whether the host has a link to the mesh. */
  readonly online: boolean;
  /** this application's own build */
  readonly build: string;
  readonly mode: 'development' | 'production';
  catalog(): Catalog;
  /** this browser's host, asked anew at each call */
  report(): Promise<HostReport>;
  /** what this browser keeps, asked anew at each call */
  storage(): Promise<StorageStanding>;
  /** the reports of every other node of the mesh that answers within two seconds */
  peerReports(): Promise<readonly HostReport[]>;
  navigate(path: string): void;
  /** Reads a status line to screen readers. */
  announce(message: string): void;
  /** Closes the mesh link (and keeps it closed) or lets it open again. For demonstrations and tests. */
  setNetwork(connected: boolean): Promise<void>;
  /** Signs in as a seeded user (development mode only); reloads the applications. */
  signIn(user: string): Promise<void>;
}

/** What single-spa hands to every lifecycle of an application. */
export interface AppProps {
  readonly name: string;
  /** the element that belongs to this application; empty before mount, emptied after unmount */
  readonly domElement: HTMLElement;
  /** the application's home, such as `/store`, or `/` for the root; what comes after it is its own to route */
  readonly basePath: string;
  readonly models: AppModels;
  readonly events: AppEvents;
  readonly platform: AppPlatform;
  readonly shell: AppShell;
  /** Shows the error card in this application's place: for what it throws after its mount. */
  fail(error: unknown): void;
}

/** What the expose `./app` of a UI remote exports. Each may also be a list of functions, as in single-spa. */
export interface Application {
  bootstrap(props: AppProps): Promise<void>;
  mount(props: AppProps): Promise<void>;
  unmount(props: AppProps): Promise<void>;
}

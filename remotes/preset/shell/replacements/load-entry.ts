/** The parts of a remote's description that its loading depends on. */
interface RemoteInfo {
  readonly name: string;
  readonly entry?: string;
  readonly type?: string;
  readonly entryGlobalName?: string;
  readonly shareScope?: string;
}

interface EntryRequest {
  readonly origin: {
    readonly loaderHook: { readonly lifecycle: { readonly afterLoadEntry: { emit(event: object): Promise<unknown> } } };
    readonly remoteHandler: {
      readonly hooks: {
        readonly lifecycle: { readonly loadEntry: { emit(event: object): Promise<object | undefined> } };
      };
    };
  };
  readonly remoteInfo: RemoteInfo;
  readonly remoteEntryExports?: object;
}

interface LoadingEntries {
  readonly __GLOBAL_LOADING_REMOTE_ENTRY__: { [key: string]: Promise<object> };
}

/** The container of a remote, by the `loadEntry` hook alone; a remote that is being loaded is not loaded twice. */
export async function getRemoteEntry({ origin, remoteInfo, remoteEntryExports }: EntryRequest): Promise<object> {
  if (remoteEntryExports) return remoteEntryExports;
  const { __GLOBAL_LOADING_REMOTE_ENTRY__: loading } = globalThis as unknown as LoadingEntries;
  const key = getRemoteEntryUniqueKey(remoteInfo);
  const known = loading[key];
  if (known) return known;
  const entry = loadEntry(origin, remoteInfo);
  loading[key] = entry;
  entry.catch(() => {
    if (loading[key] === entry) delete loading[key];
  });
  return entry;
}

async function loadEntry(origin: EntryRequest['origin'], remoteInfo: RemoteInfo): Promise<object> {
  const { loaderHook } = origin;
  const entry = await origin.remoteHandler.hooks.lifecycle.loadEntry.emit({ origin, loaderHook, remoteInfo });
  if (entry) return entry;
  throw new Error(`no loader gave a container for ${remoteInfo.name}`);
}

/** The key of a remote among those that are being loaded. */
export function getRemoteEntryUniqueKey({ name, entry }: RemoteInfo): string {
  return `${name}:${entry}`;
}

/** A remote's description with its defaults. */
export function getRemoteInfo(remote: RemoteInfo): Required<RemoteInfo> {
  return {
    ...remote,
    entry: remote.entry ?? '',
    type: remote.type ?? 'global',
    entryGlobalName: remote.entryGlobalName ?? remote.name,
    shareScope: remote.shareScope ?? 'default',
  };
}

/** No remote of ours is a module script. */
export function isEsmRemoteType(): boolean {
  return false;
}

import { integrityOf, revisionOf } from './shell-files.ts';
import type { ShellFile, ShellFiles } from './shell-files.ts';

/** One entry of workbox's precache list. */
export interface PrecacheEntry {
  readonly url: string;
  readonly revision: string;
  /** digest of the content: what is put back into a cleared cache is what was in it */
  readonly integrity: string;
}

const LIST_TOKEN = 'self.__WB_MANIFEST';
/** Files that no page and no worker asks for while it is offline, or that are part of others. */
const parts = ['/sw.js', '/index.html', '/polyfills.js'];

/** Everything that the shell needs offline. The page's revision covers its policy too, because a cached page keeps its own. */
export function precacheList(files: readonly ShellFile[], page: string, pageHeaders: object): readonly PrecacheEntry[] {
  const own = files.filter(({ path }) => !parts.includes(path) && !path.endsWith('.map'));
  const root = { url: '/', revision: revisionOf(page + JSON.stringify(pageHeaders)), integrity: integrityOf(page) };
  return [root, ...own.map(({ path, revision, bytes }) => ({ url: path, revision, integrity: integrityOf(bytes) }))];
}

/** The service worker's script with the list of what it is to keep, or `undefined` while it is not built. */
export async function renderServiceWorker(
  files: ShellFiles,
  page: string,
  pageHeaders: object,
): Promise<string | undefined> {
  const script = await files.read('/sw.js');
  if (script === undefined) return undefined;
  const list = JSON.stringify(precacheList(await files.list(), page, pageHeaders));
  return script.bytes.toString('utf8').replace(LIST_TOKEN, () => list);
}

import { verify } from '@testudo/fabric/catalog/integrity';
import type { Digest } from '@testudo/fabric/catalog/integrity';
import type { PageLoader, LoaderEnvironment, LoaderSource } from '@testudo/fabric/catalog/loader-api';
import { hasCode, TestudoError } from '@testudo/fabric/error';

import type { ScriptUrls } from './trusted-types.ts';

/** What a page's loader needs besides the document. */
export interface PageLoaderOptions {
  readonly scripts: ScriptUrls;
  readonly digest: Digest;
  /** @throws TestudoError `LOAD_FAILED` */
  fetchBytes(url: string, maxBytes: number | undefined, cache: RequestCache): Promise<ArrayBuffer>;
}

/** A page's loader environment, which may be told early what will run. */
export interface PageLoaderEnvironment extends LoaderEnvironment {
  /** Begins to fetch, all at once, the files that a build's exposes begin with. */
  prepare(build: Parameters<PageLoader['provide']>[0]): void;
}

type Source = Pick<LoaderSource, 'url' | 'file'>;

const buildMark = 'data-testudo-build';

/**
 * Runs scripts and adds style sheets as elements whose `integrity` the browser itself enforces. The bytes are fetched
 * and verified first: that tells why, and can be given up and tried again, which a script element that waits for a
 * silent origin cannot. The browser takes them from its cache then, and demands their digest again.
 */
export function pageLoaderEnvironment(options: PageLoaderOptions): PageLoaderEnvironment {
  const early = new Map<string, Promise<void>>();
  async function add(element: HTMLScriptElement | HTMLLinkElement, source: LoaderSource): Promise<void> {
    const { url, file } = source;
    const verified = early.get(url) ?? fetchVerified(source, options);
    early.delete(url);
    await verified;
    element.integrity = file.integrity;
    element.crossOrigin = 'anonymous';
    await added(element, url);
  }
  return {
    global: globalThis,
    prepare({ sidecar: { files, preload = [] }, baseUrl }) {
      for (const file of files) {
        const url = new URL(file.path, baseUrl).href;
        if (!preload.includes(file.path) || early.has(url)) continue;
        const verified = fetchVerified({ url, file }, options);
        verified.catch(() => early.delete(url)); // whoever comes to run the file tries again, and is told
        early.set(url, verified);
      }
    },
    async run(source) {
      const script = document.createElement('script');
      script.src = options.scripts.scriptUrl(source.url);
      await add(script, source);
      script.remove();
    },
    async style(source) {
      const link = document.createElement('link');
      link.setAttribute(buildMark, source.global);
      link.rel = 'stylesheet';
      link.href = source.url;
      await add(link, source);
    },
    unstyle(global) {
      for (const link of document.querySelectorAll(`link[${buildMark}="${global}"]`)) link.remove();
    },
  };
}

/** As the browser's cache has it; past the cache when that holds other bytes, which may have been refused before. */
async function fetchVerified({ url, file }: Source, { fetchBytes, digest }: PageLoaderOptions): Promise<void> {
  const fetched = async (cache: RequestCache): Promise<void> =>
    verify(await fetchBytes(url, undefined, cache), file, digest);
  try {
    await fetched('default');
  } catch (error) {
    if (!hasCode(error) || error.code !== 'INTEGRITY_MISMATCH') throw error;
    await fetched('reload');
  }
}

async function added(element: HTMLElement, url: string): Promise<void> {
  const wasLoaded = await new Promise<boolean>((resolve) => {
    element.onload = () => resolve(true);
    element.onerror = () => resolve(false);
    document.head.append(element);
  });
  if (wasLoaded) return;
  element.remove();
  throw new TestudoError('LOAD_FAILED', `${url} was refused by the browser; does the content policy allow its origin?`);
}

import { verify } from '@testudo/fabric/catalog/integrity';
import type { Digest } from '@testudo/fabric/catalog/integrity';
import type { LoaderEnvironment, LoaderSource } from '@testudo/fabric/catalog/loader-api';
import { TestudoError } from '@testudo/fabric/error';

import type { ScriptUrls } from './trusted-types.ts';

/** What a page's loader needs besides the document. */
export interface PageLoaderOptions {
  readonly scripts: ScriptUrls;
  readonly digest: Digest;
  /** @throws TestudoError `LOAD_FAILED` */
  fetchBytes(url: string): Promise<ArrayBuffer>;
}

const buildMark = 'data-testudo-build';

/** Runs scripts and adds style sheets as elements whose `integrity` the browser itself enforces. */
export function pageLoaderEnvironment(options: PageLoaderOptions): LoaderEnvironment {
  return {
    global: globalThis,
    async run(source) {
      const script = document.createElement('script');
      script.integrity = source.file.integrity;
      script.crossOrigin = 'anonymous';
      script.async = true;
      script.src = options.scripts.scriptUrl(source.url);
      await added(script, source, options);
      script.remove();
    },
    async style(source) {
      const link = document.createElement('link');
      link.integrity = source.file.integrity;
      link.crossOrigin = 'anonymous';
      link.setAttribute(buildMark, source.global);
      link.rel = 'stylesheet';
      link.href = source.url;
      await added(link, source, options);
    },
    unstyle(global) {
      for (const link of document.querySelectorAll(`link[${buildMark}="${global}"]`)) link.remove();
    },
  };
}

/**
 * The bytes are fetched and verified first: that tells why, and can be given up and tried again, which a script element
 * that waits for a silent origin cannot. The browser takes them from its cache then, and demands their digest again.
 */
async function added(element: HTMLElement, source: LoaderSource, options: PageLoaderOptions): Promise<void> {
  const { url, file } = source;
  await verify(await options.fetchBytes(url), file, options.digest);
  const wasLoaded = await new Promise<boolean>((resolve) => {
    element.onload = () => resolve(true);
    element.onerror = () => resolve(false);
    document.head.append(element);
  });
  if (wasLoaded) return;
  element.remove();
  throw new TestudoError('LOAD_FAILED', `${url} was refused by the browser; does the content policy allow its origin?`);
}

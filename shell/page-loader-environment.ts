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
      const script = await added(source, options, () => {
        const made = document.createElement('script');
        made.integrity = source.file.integrity;
        made.crossOrigin = 'anonymous';
        made.async = true;
        made.src = options.scripts.scriptUrl(source.url);
        return made;
      });
      script.remove();
    },
    async style(source) {
      await added(source, options, () => {
        const made = document.createElement('link');
        made.integrity = source.file.integrity;
        made.crossOrigin = 'anonymous';
        made.setAttribute(buildMark, source.global);
        made.rel = 'stylesheet';
        made.href = source.url;
        return made;
      });
    },
    unstyle(global) {
      for (const link of document.querySelectorAll(`link[${buildMark}="${global}"]`)) link.remove();
    },
  };
}

/**
 * The bytes are fetched and verified first: that tells why, and can be given up and tried again, which a script element
 * that waits for a silent origin cannot. The browser takes them from its cache then, and demands their digest again.
 * The first element may be given a preload of the page's that failed while the origin was away; the second is not.
 */
async function added(
  { url, file }: LoaderSource,
  { fetchBytes, digest }: PageLoaderOptions,
  make: () => HTMLElement,
): Promise<HTMLElement> {
  await verify(await fetchBytes(url), file, digest);
  const element = (await loaded(make())) ?? (await loaded(make()));
  if (element) return element;
  throw new TestudoError('LOAD_FAILED', `${url} was refused by the browser; does the content policy allow its origin?`);
}

/** The element, or `null` when what it asks for cannot be had. */
function loaded(element: HTMLElement): Promise<HTMLElement | null> {
  return new Promise((resolve) => {
    element.onload = () => resolve(element);
    element.onerror = () => {
      element.remove();
      resolve(null);
    };
    document.head.append(element);
  });
}

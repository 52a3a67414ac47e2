import { verify } from '@testudo/fabric/catalog/integrity';
import type { Digest } from '@testudo/fabric/catalog/integrity';
import type { LoaderEnvironment, LoaderSource } from '@testudo/fabric/catalog/loader-api';
import { TestudoError } from '@testudo/fabric/error';

import type { ScriptUrls } from './trusted-types.ts';

/** What a page's loader needs besides the document. */
export interface PageLoaderOptions {
  readonly scripts: ScriptUrls;
  readonly digest: Digest;
  /** Bytes of a file that the browser refused, to tell why. @throws TestudoError `LOAD_FAILED` */
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

async function added(element: HTMLElement, source: LoaderSource, options: PageLoaderOptions): Promise<void> {
  const wasLoaded = await new Promise<boolean>((resolve) => {
    element.onload = () => resolve(true);
    element.onerror = () => resolve(false);
    document.head.append(element);
  });
  if (wasLoaded) return;
  element.remove();
  throw await refusal(source, options);
}

/** The browser does not say why it refused a file: fetched and hashed once more, the bytes do. */
async function refusal({ url, file }: LoaderSource, { digest, fetchBytes }: PageLoaderOptions): Promise<unknown> {
  try {
    await verify(await fetchBytes(url), file, digest);
  } catch (error) {
    return error;
  }
  return new TestudoError(
    'LOAD_FAILED',
    `${url} was refused by the browser; does the content policy allow its origin?`,
  );
}

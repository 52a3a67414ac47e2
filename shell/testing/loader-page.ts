import { createAdmission } from '@testudo/fabric/catalog/admission';
import type { Admission } from '@testudo/fabric/catalog/admission-api';
import { createLoader } from '@testudo/fabric/catalog/loader';
import type { PageLoader } from '@testudo/fabric/catalog/loader-api';
import { settle } from '@testudo/fabric/error';

import { fetchBytes } from '../boot/fetch-bytes.ts';
import { browserPlatform } from '../browser-platform.ts';
import { cacheBuildStore } from '../cache-build-store.ts';
import { pageLoaderEnvironment } from '../page-loader-environment.ts';
import type { PageLoaderEnvironment } from '../page-loader-environment.ts';
import { openScriptUrls } from '../trusted-types.ts';

/** What `page-loader.test.ts` drives in a real page. */
export interface LoaderPage {
  readonly loader: PageLoader;
  readonly prepare: PageLoaderEnvironment['prepare'];
  readonly admission: Admission;
  readonly settle: typeof settle;
  /** directives of the content policy that were violated */
  readonly violations: string[];
}

const violations: string[] = [];
document.addEventListener('securitypolicyviolation', (event) =>
  violations.push(`${event.effectiveDirective} ${event.blockedURI}`),
);

const { digest } = browserPlatform((error) => console.error(error));
const scripts = openScriptUrls({
  trustedTypes: (globalThis as { trustedTypes?: unknown }).trustedTypes,
  baseUrl: location.href,
});
const environment = pageLoaderEnvironment({ scripts, digest, fetchBytes });
const page: LoaderPage = {
  loader: createLoader('page', environment),
  prepare: environment.prepare,
  admission: createAdmission({
    store: cacheBuildStore(caches, location.origin),
    digest,
    fetchBytes,
    allowsOrigin: (origin) => origin !== location.origin,
  }),
  settle,
  violations,
};
Object.assign(globalThis, { loaderPage: page });

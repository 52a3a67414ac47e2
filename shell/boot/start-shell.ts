import type { Principal } from '@testudo/fabric/access/principal';
import { createLoader } from '@testudo/fabric/catalog/loader';
import type { ShellConfig } from '@testudo/fabric/host/shell-config';

import { browserPlatform } from '../browser-platform.ts';
import { reportUnowned } from '../error-report.ts';
import { keptSnapshot } from '../kept-snapshot.ts';
import { pageLoaderEnvironment } from '../page-loader-environment.ts';
import { PageBuilds } from '../routing/page-builds.ts';
import { catalogOf } from '../routing/plan.ts';
import { routeOf, routesOf } from '../routing/route.ts';
import { openScriptUrls } from '../trusted-types.ts';
import { openSystemUi } from '../ui/system-ui.ts';
import { usableLocks } from '../usable-locks.ts';
import { openDocuments } from './documents.ts';
import { fetchBytes } from './fetch-bytes.ts';
import { openOverrides } from './overrides.ts';
import { openPageStorage } from './page-storage.ts';
import { readPlan } from './read-plan.ts';
import type { KeptSnapshot } from './read-plan.ts';
import { runPage } from './run-page.ts';
import { allowsOrigin } from './shell-config.ts';

/**
 * From a painted frame to a mounted application: configuration, session and builds at once, from this device where it
 * has them. @throws TestudoError when this device has neither a copy nor the network
 */
export async function startShell(): Promise<void> {
  const platform = browserPlatform(reportUnowned);
  const ui = openSystemUi();
  const urls = openScriptUrls({
    trustedTypes: (window as { trustedTypes?: unknown }).trustedTypes,
    baseUrl: location.href,
  });
  const storage = openPageStorage(window);
  const documents = openDocuments(storage, reportUnowned);
  const kept: KeptSnapshot = () => keptSnapshot(caches, location.origin).catch(() => undefined);
  const [config, session, plan, locks] = await Promise.all([
    documents.config.read(),
    documents.session.read(),
    readPlan(kept, documents),
    usableLocks(),
  ]);
  const digest = (bytes: ArrayBuffer | Uint8Array): Promise<string> => platform.digest(bytes);
  const allows = (origin: string): boolean => allowsOrigin(config, origin);
  const environment = pageLoaderEnvironment({ scripts: urls, digest, fetchBytes });
  const builds = new PageBuilds({
    loader: createLoader('shell', environment),
    prepare: environment.prepare,
    digest,
    fetchBytes,
    allowsOrigin: allows,
    locks,
    overrides: openOverrides({
      mode: config.mode,
      page: location,
      storage,
      allowsOrigin: allows,
      notices: ui.notices,
      open: (url) => location.assign(url),
      // oxlint-disable-next-line no-console -- addressed to the developer who typed the address
      warn: ({ code, message }) => console.warn(code, message),
    }),
  });
  builds.adopt(plan);
  const route = routeOf(routesOf(catalogOf(builds.plan).remotes), location.pathname);
  if (route) builds.foresee(route.name);
  runPage({
    config,
    session: inTenant(session, config),
    documents,
    platform,
    ui,
    urls,
    kept,
    storage,
    builds,
    locks,
  });
}

function inTenant(session: Principal, { tenant }: ShellConfig): Principal {
  return { ...session, tenant };
}

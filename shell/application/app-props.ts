import type { AppEvents, AppModels, AppPlatform, AppProps, AppShell } from '@testudo/fabric/application';
import type { Principal } from '@testudo/fabric/access/principal';
import type { ShellConfig } from '@testudo/fabric/host/shell-config';

import type { Keeping } from '../keeping/keeping-door.ts';
import { catalogOf } from '../routing/plan.ts';
import type { PageBuild, PageBuilds } from '../routing/page-builds.ts';
import { homeOf } from '../routing/route.ts';
import type { Route } from '../routing/route.ts';
import type { HostClient } from '../tabs/host-client.ts';

/** What all applications of a page share. */
export interface Surroundings {
  readonly config: ShellConfig;
  readonly session: Principal;
  readonly storage: Pick<Storage, 'getItem' | 'setItem'>;
  readonly locale: string;
  readonly models: AppModels;
  readonly events: AppEvents;
  readonly client: HostClient;
  readonly keeping: Keeping;
  readonly builds: PageBuilds;
  isOnline(): boolean;
  navigate(path: string): void;
  announce(message: string): void;
  signIn(user: string): Promise<void>;
  onError(error: unknown): void;
}

/** One visit of an application's. */
export interface AppVisit {
  readonly route: Route;
  readonly build: PageBuild;
  readonly element: HTMLElement;
  fail(error: unknown): void;
}

/** What the shell hands to one application. */
export function appProps(around: Surroundings, { route, build, element, fail }: AppVisit): AppProps {
  return {
    name: route.name,
    domElement: element,
    basePath: homeOf(route),
    models: around.models,
    events: around.events,
    platform: platformOf(route.name, around),
    shell: appShell(around, build.sidecar.build),
    fail,
  };
}

/** What one user keeps, another one of the same browser does not see. */
function platformOf(name: string, { session, storage, locale, onError }: Surroundings): AppPlatform {
  const keyOf = (key: string): string => `testudo-app/${encodeURIComponent(session.user)}/${name}/${key}`;
  return {
    kind: 'web',
    locale,
    storage: {
      get: (key) => storage.getItem(keyOf(key)),
      set(key, value) {
        try {
          storage.setItem(keyOf(key), value);
        } catch (error) {
          onError(error); // no room: it is a preference, and the application goes on without
        }
      },
    },
  };
}

function appShell(around: Surroundings, build: string): AppShell {
  const { client, config, session, builds, navigate, announce, signIn } = around;
  return {
    user: { name: session.user, roles: session.roles },
    get online() {
      return around.isOnline();
    },
    build,
    mode: config.mode,
    catalog: () => catalogOf(builds.plan),
    report: () => client.call((host) => host.report()),
    storage: () => around.keeping.storage(),
    peerReports: () => client.call((host) => host.peerReports()),
    navigate,
    announce,
    async setNetwork(connected) {
      await client.call((host) => host.setNetwork(connected));
    },
    signIn,
  };
}

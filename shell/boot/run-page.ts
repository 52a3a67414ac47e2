import type { AppEvents } from '@testudo/fabric/application';
import type { Principal } from '@testudo/fabric/access/principal';
import type { BuildStore } from '@testudo/fabric/catalog/admission-api';
import type { ShellConfig } from '@testudo/fabric/host/shell-config';
import type { Platform } from '@testudo/fabric/platform';

import { createAppModels } from '../application/app-models.ts';
import { appProps } from '../application/app-props.ts';
import type { Surroundings } from '../application/app-props.ts';
import { nextFrame } from '../application/frame.ts';
import { openHostEvents } from '../application/host-events.ts';
import { followHostStatus } from '../application/host-status.ts';
import type { Status } from '../application/host-status.ts';
import { randomHex } from '../browser-platform.ts';
import { Applications, navigate } from '../routing/applications.ts';
import { createArrival, titleOf } from '../routing/arrival.ts';
import { interceptLinks } from '../routing/links.ts';
import type { PageBuilds } from '../routing/page-builds.ts';
import { firstSegment, homeOf, routeOf } from '../routing/route.ts';
import { createTabs } from '../tabs/create-tabs.ts';
import { tabNames } from '../tabs/wire.ts';
import type { ScriptUrls } from '../trusted-types.ts';
import type { SystemUi } from '../ui/system-ui.ts';
import { showUser } from '../ui/user-switch.ts';
import { sessionKey } from './documents.ts';
import type { Documents } from './documents.ts';
import { readNewPlan } from './read-plan.ts';
import { signIn } from './session.ts';
import { registerServiceWorker } from './shell-update.ts';
import { followUpdates } from './follow-updates.ts';

/** Everything that a page is made of. */
export interface PageParts {
  readonly config: ShellConfig;
  readonly session: Principal;
  readonly documents: Documents;
  readonly platform: Platform;
  readonly ui: SystemUi;
  readonly urls: ScriptUrls;
  readonly store: BuildStore;
  readonly builds: PageBuilds;
  readonly locks: LockManager | undefined;
}

/** Routes, mounts, and after the first mount has begun starts what the first page does not wait for. */
export function runPage(parts: PageParts): void {
  const { config, session, platform, ui, builds, locks, urls } = parts;
  const onError = (error: unknown): void => platform.onError(error);
  const uniqueName = (): string => randomHex(platform, 12);
  const events = openHostEvents(tabNames(session.user).events, onError);
  const tabs = createTabs({ config, principal: session, platform, urls, locks, uniqueName });
  let status: Status = { kind: 'starting' };
  const switchUser = async (user: string): Promise<void> => {
    parts.documents.session.keep(await signIn(user));
    location.reload();
  };
  const around: Surroundings = {
    config,
    session,
    events,
    client: tabs.client,
    builds,
    models: createAppModels({ client: tabs.client, events, uniqueName, frame: nextFrame, onError }),
    isOnline: () => status.kind === 'online' || status.kind === 'syncing',
    navigate,
    announce: (message) => ui.announce(message),
    signIn: switchUser,
  };
  const arrival = createArrival({ main: ui.main, frame: nextFrame, announce: around.announce });
  const updates = followUpdates(ui);
  const applications = new Applications({
    main: ui.main,
    builds,
    props: (route, build, element) => appProps(around, { route, build, element }),
    onFirstMount: () => startBackground(),
    onMounted(route) {
      arrival.at(route.title);
      updates.mounted(route);
    },
    onFailed: (route) => arrival.at(route.title),
    onError,
  });
  ui.menu.show(applications.routes);
  showUser(ui.userPlace, {
    user: session.user,
    mode: config.mode,
    signIn: (user) => void switchUser(user).catch(onError),
  });
  followRouting(applications, parts, arrival);
  applications.begin();

  function startBackground(): void {
    tabs.start();
    followHostStatus({
      client: tabs.client,
      events,
      platform,
      onError,
      onStatus(next) {
        status = next;
        ui.showStatus(next);
      },
      onRefused(refused) {
        for (const each of refused) {
          ui.showRefused(each, () => void around.models.dismiss(each.modelName, each.opId).catch(onError));
        }
      },
    });
    followBuilds(events, applications, parts, updates);
    registerServiceWorker({ urls, notices: ui.notices, onError });
    refreshDocuments(parts);
  }
}

/** Title, menu and the not-found card follow the path. */
function followRouting(applications: Applications, { ui }: PageParts, arrival: ReturnType<typeof createArrival>): void {
  const follow = (): void => {
    const route = routeOf(applications.routes, location.pathname);
    ui.menu.mark(route?.segment);
    ui.showNotFound(route ? null : location.pathname);
    if (route) arrival.toward(route.title);
    else arrival.at(titleOf(route));
  };
  window.addEventListener('single-spa:routing-event', follow);
  interceptLinks(document, (href) => {
    const { pathname } = new URL(href);
    navigate(href);
    const route = routeOf(applications.routes, pathname);
    // Going to the first page of the application that is on the screen shows its new build; other links keep its state.
    if (route && pathname === homeOf(route)) void applications.reloadStale(firstSegment(pathname));
  });
}

/** Takes over what the host has admitted. */
function followBuilds(
  events: AppEvents,
  applications: Applications,
  { store, documents, ui, platform, builds }: PageParts,
  updates: ReturnType<typeof followUpdates>,
): void {
  const take = async (): Promise<void> => {
    const former = builds.plan;
    const plan = await readNewPlan(store, documents);
    if (plan.revision < former.revision) return;
    const onScreen = applications.adopt(plan);
    ui.menu.show(applications.routes);
    updates.planned(former, plan, {
      routes: applications.routes,
      onScreen,
      reload: (route) => void applications.reloadStale(route.segment),
    });
  };
  events.on((event) => {
    if (event.type === 'snapshot') take().catch((error: unknown) => platform.onError(error));
  });
}

/** Fetches anew what this start took from the device, for the next one. */
function refreshDocuments({ documents, session, platform, ui }: PageParts): void {
  const onError = (error: unknown): void => platform.onError(error);
  const tell = (user: string): void => {
    if (user === session.user) return;
    const text = `You are signed in as ${user || 'nobody'} now`;
    ui.notices.show({ key: 'session', tone: 'warn', text, act: { label: 'Reload', run: () => location.reload() } });
  };
  window.addEventListener('storage', ({ key }) => {
    if (key === sessionKey) tell(documents.session.kept()?.user ?? '');
  });
  if (!navigator.onLine) return;
  documents.config.refresh().catch(onError);
  documents.session.refresh().then(({ user }) => tell(user), onError);
}

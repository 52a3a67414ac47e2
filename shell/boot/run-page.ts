import type { Principal } from '@testudo/fabric/access/principal';
import type { ShellConfig } from '@testudo/fabric/host/shell-config';
import type { Platform } from '@testudo/fabric/platform';

import { createAppModels } from '../application/app-models.ts';
import { appProps } from '../application/app-props.ts';
import type { Surroundings } from '../application/app-props.ts';
import { nextFrame } from '../application/frame.ts';
import { openHostEvents } from '../application/host-events.ts';
import { lazyKeeping } from '../application/lazy-keeping.ts';
import { randomHex } from '../browser-platform.ts';
import { Applications } from '../routing/applications.ts';
import { createArrival } from '../routing/arrival.ts';
import { navigate } from '../routing/links.ts';
import type { PageBuilds } from '../routing/page-builds.ts';
import { createTabs } from '../tabs/create-tabs.ts';
import type { Tabs } from '../tabs/create-tabs.ts';
import { tabNames } from '../tabs/wire.ts';
import type { ScriptUrls } from '../trusted-types.ts';
import type { SystemUi } from '../ui/system-ui.ts';
import { showUser } from '../ui/user-switch.ts';
import type { Documents } from './documents.ts';
import { followRouting } from './follow-routing.ts';
import { followUpdates } from './follow-updates.ts';
import type { PageStorage } from './page-storage.ts';
import type { KeptSnapshot } from './read-plan.ts';
import { signIn } from './session.ts';
import { prepareNextStart, startBackground } from './start-background.ts';
import type { StatusHolder } from './status-holder.ts';
import { userWords } from './user-words.ts';

/** Everything that a page is made of. */
export interface PageParts {
  readonly config: ShellConfig;
  readonly session: Principal;
  readonly documents: Documents;
  readonly platform: Platform;
  readonly ui: SystemUi;
  readonly urls: ScriptUrls;
  readonly kept: KeptSnapshot;
  readonly storage: PageStorage;
  readonly builds: PageBuilds;
  readonly locks: LockManager;
}

/** Routes and mounts; what the first page does not wait for starts when its mount has begun. */
export function runPage(parts: PageParts): void {
  const { config, session, platform, ui, builds } = parts;
  const onError = (error: unknown): void => platform.onError(error);
  const uniqueName = (): string => randomHex(platform, 12);
  const events = openHostEvents(tabNames(session.user).events, onError);
  const holder: StatusHolder = { status: { kind: 'starting' }, otherUser: null };
  const signInAs = async (user: string): Promise<void> => {
    parts.documents.session.keep(await signIn(user));
    location.reload();
  };
  const words = userWords({ ui, user: session.user, holder, signIn: signInAs });
  const tabs = createTabs({
    ...parts,
    principal: session,
    uniqueName,
    onTold: words.told,
    onRefused: words.outdated,
    onMissing: words.missing,
  });
  const keeping = lazyKeeping();
  const around = surroundings(parts, { tabs, events, holder, keeping, uniqueName, signIn: signInAs });
  const arrival = createArrival({
    main: ui.main,
    frame: nextFrame,
    announce: around.announce,
    onFirst: () => prepareNextStart(parts, words),
  });
  const updates = followUpdates(ui);
  const applications = new Applications({
    main: ui.main,
    builds,
    props: (route, visit) => appProps(around, { ...visit, route }),
    onFirstMount: () => startBackground(parts, { tabs, events, holder, words, applications, updates, keeping }),
    onMounted(route) {
      arrival.at(route.title);
      updates.mounted(route);
    },
    onFailed: (route) => arrival.at(route.title),
    onError,
  });
  ui.menu.show(applications.routes);
  showUser(ui.userPlace, { user: session.user, mode: config.mode, switchTo: words.switchTo });
  followRouting(applications, ui, arrival);
  applications.begin();
}

function surroundings(
  { config, session, storage, builds, ui, platform }: PageParts,
  page: Pick<Surroundings, 'events' | 'signIn' | 'keeping'> & {
    readonly tabs: Tabs;
    readonly holder: StatusHolder;
    uniqueName(): string;
  },
): Surroundings {
  const { tabs, events, holder, keeping, uniqueName } = page;
  const onError = (error: unknown): void => platform.onError(error);
  return {
    config,
    session,
    storage,
    // Not the browser's own word: some say `en-US@posix`, which no `Intl` takes.
    locale: new Intl.DateTimeFormat().resolvedOptions().locale,
    events,
    client: tabs.client,
    builds,
    keeping,
    models: createAppModels({ client: tabs.client, events, keeping, uniqueName, frame: nextFrame, onError }),
    isOnline: () => holder.status.kind === 'online' || holder.status.kind === 'syncing',
    navigate,
    announce: (message) => ui.announce(message),
    signIn: (user) => page.signIn(user),
    onError,
  };
}

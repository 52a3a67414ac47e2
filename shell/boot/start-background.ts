import type { AppEvents } from '@testudo/fabric/application';

import { nextFrame } from '../application/frame.ts';
import type { LazyKeeping } from '../application/lazy-keeping.ts';
import type { Applications } from '../routing/applications.ts';
import type { Tabs } from '../tabs/create-tabs.ts';
import { sessionKey } from './documents.ts';
import type { Updates } from './follow-updates.ts';
import { readNewPlan } from './read-plan.ts';
import type { PageParts } from './run-page.ts';
import { offerShellUpdates } from './shell-update.ts';
import type { StatusHolder } from './status-holder.ts';
import type { UserWords } from './user-words.ts';

/** What has been made for a page before its first mount. */
export interface Background {
  readonly tabs: Tabs;
  readonly events: AppEvents;
  readonly holder: StatusHolder;
  readonly words: UserWords;
  readonly applications: Applications;
  readonly updates: Updates;
  readonly keeping: LazyKeeping;
}

/** Host, status and updates of builds: what the first page does not wait for, and will need. */
export function startBackground(parts: PageParts, background: Background): void {
  background.tabs.start();
  followStatus(parts, background);
  followSnapshots(parts, background);
  window.addEventListener('online', () => background.applications.retryFailed());
}

/** Service worker and fresh documents: what serves the next start, and would only be in the way of this one. */
export function prepareNextStart(parts: PageParts, words: UserWords): void {
  offerShellUpdates({
    urls: parts.urls,
    notices: parts.ui.notices,
    onError: (error) => parts.platform.onError(error),
  });
  refreshDocuments(parts, words);
}

function followStatus({ config, session, storage, ui, platform }: PageParts, background: Background): void {
  const { tabs, events, holder, keeping } = background;
  keeping.start({
    client: tabs.client,
    events,
    platform,
    notices: ui.notices,
    holder,
    storage,
    user: session.user,
    hasServer: config.authority !== 'browser',
    frame: nextFrame,
    announce: ui.announce,
  });
}

/** Takes over what the host has admitted. */
function followSnapshots({ kept, documents, ui, platform, builds }: PageParts, background: Background): void {
  const { events, applications, updates } = background;
  const take = async (): Promise<void> => {
    const former = builds.plan;
    const plan = await readNewPlan(kept, documents);
    if (plan.revision < former.revision) return;
    const onScreen = applications.adopt(plan);
    ui.menu.show(applications.routes);
    updates.planned(former, builds.plan, {
      routes: applications.routes,
      onScreen,
      reload: (route) => void applications.reloadStale(route.segment),
    });
  };
  events.on((event) => {
    if (event.type === 'snapshot' && !event.traced) take().catch((error: unknown) => platform.onError(error));
  });
}

/** Fetches anew what this start took from the device, for the next one; says so when the user is another by now. */
function refreshDocuments({ documents, platform }: PageParts, words: UserWords): void {
  const onError = (error: unknown): void => platform.onError(error);
  window.addEventListener('storage', ({ key }) => {
    if (key === sessionKey) words.session(documents.session.kept()?.user ?? '');
  });
  if (!navigator.onLine) return;
  documents.config.fetched().catch(onError);
  documents.session.fetched().then(({ user }) => words.session(user), onError);
}

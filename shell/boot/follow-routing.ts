import { navigate } from '../routing/applications.ts';
import type { Applications } from '../routing/applications.ts';
import { titleOf } from '../routing/arrival.ts';
import type { Arrival } from '../routing/arrival.ts';
import { interceptLinks } from '../routing/links.ts';
import { firstSegment, homeOf, routeOf } from '../routing/route.ts';
import type { SystemUi } from '../ui/system-ui.ts';

/** Title, menu and the not-found card follow the path, and own links need no new page. */
export function followRouting(applications: Applications, ui: SystemUi, arrival: Arrival): void {
  const follow = (): void => {
    const route = routeOf(applications.routes, location.pathname);
    ui.menu.mark(route?.segment);
    ui.showNotFound(route ? null : location.pathname);
    if (route) arrival.toward(route.title);
    else arrival.at(titleOf(route));
  };
  window.addEventListener('single-spa:routing-event', follow);
  interceptLinks(document, (href) => {
    navigate(href);
    const { pathname } = new URL(href);
    const route = routeOf(applications.routes, pathname);
    // The first page of the application on the screen shows its new build; other links keep what the user has typed.
    if (route && pathname === homeOf(route)) void applications.reloadStale(firstSegment(pathname));
  });
}

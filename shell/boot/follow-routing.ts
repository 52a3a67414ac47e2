import type { Applications } from '../routing/applications.ts';
import { titleOf } from '../routing/arrival.ts';
import type { Arrival } from '../routing/arrival.ts';
import { interceptLinks, navigate } from '../routing/links.ts';
import { firstSegment, homeOf, routeOf } from '../routing/route.ts';
import type { SystemUi } from '../ui/system-ui.ts';

/** What single-spa tells of a change of route. */
interface RoutingDetail {
  readonly oldUrl: string;
  readonly newUrl: string;
  readonly totalAppChanges: number;
}

/** Title, menu and the not-found card follow the path, and own links need no new page. */
export function followRouting(applications: Applications, ui: SystemUi, arrival: Arrival): void {
  const follow = (event: Event): void => {
    const { oldUrl, newUrl, totalAppChanges } = (event as CustomEvent<RoutingDetail>).detail;
    const route = routeOf(applications.routes, location.pathname);
    const title = titleOf(route);
    ui.menu.mark(route?.segment);
    const isNothing = ui.showNotFound(route ? null : location.pathname);
    arrival.toward(title, totalAppChanges > 0 && oldUrl !== newUrl);
    if (isNothing) arrival.at(title);
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

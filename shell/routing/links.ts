import { firstSegment, reservedSegments } from './route.ts';

/** What decides whether a click is the shell's: taken from the event and its link. */
export interface LinkClick {
  readonly href: string;
  readonly target: string;
  readonly isDownload: boolean;
  /** another button than the first, a modifier key, or handled already */
  readonly isSpecial: boolean;
}

/** Whether a click on a link leads to an application of this page, so that no new page is needed. */
export function isOwnLink(click: LinkClick, current: { readonly href: string; readonly origin: string }): boolean {
  if (click.isSpecial || click.isDownload || (click.target !== '' && click.target !== '_self')) return false;
  const url = new URL(click.href, current.href);
  return isOwn(url, current.origin) && !isFragment(url, current.href);
}

/** Goes to a path: without a new page when it is this shell's, else as the browser does. */
export function navigate(path: string): void {
  const url = new URL(path, location.href);
  const { href } = url;
  if (href === location.href) return;
  if (isOwn(url, location.origin) && !isFragment(url, location.href)) history.pushState(null, '', href);
  else location.assign(href);
}

function isOwn({ origin, pathname }: URL, ownOrigin: string): boolean {
  return origin === ownOrigin && !reservedSegments.includes(firstSegment(pathname));
}

/** A place in the page that is on the screen, `#` for its top. */
function isFragment({ href }: URL, current: string): boolean {
  const [page] = href.split('#');
  return page !== href && page === current.split('#')[0];
}

/** Hands clicks on own links to `navigate` instead of loading a page. */
export function interceptLinks(page: Document, navigate: (href: string) => void): void {
  page.addEventListener('click', (event) => {
    const link = event
      .composedPath()
      .find((node): node is HTMLAnchorElement => node instanceof HTMLAnchorElement && node.host !== '');
    if (!link) return;
    const isSpecial =
      event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
    const click = { href: link.href, target: link.target, isDownload: link.hasAttribute('download'), isSpecial };
    if (!isOwnLink(click, location)) return;
    event.preventDefault();
    navigate(link.href);
  });
}

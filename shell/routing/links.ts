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
  if (url.origin !== current.origin || reservedSegments.includes(firstSegment(url.pathname))) return false;
  const isFragment = url.hash !== '' && url.href.split('#')[0] === current.href.split('#')[0];
  return !isFragment;
}

/** Hands clicks on own links to `navigate` instead of loading a page. */
export function interceptLinks(page: Document, navigate: (href: string) => void): void {
  page.addEventListener('click', (event) => {
    const link = event
      .composedPath()
      .find((node): node is HTMLAnchorElement => node instanceof HTMLAnchorElement && node.href !== '');
    if (!link) return;
    const isSpecial =
      event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
    const click = { href: link.href, target: link.target, isDownload: link.hasAttribute('download'), isSpecial };
    if (!isOwnLink(click, location)) return;
    event.preventDefault();
    navigate(link.href);
  });
}

import type { Route } from '../routing/route.ts';
import { createAnnouncer } from './announcer.ts';
import { notFoundCard } from './cards.ts';
import { frameElement } from './element.ts';
import { createMenu } from './menu.ts';
import type { Menu } from './menu.ts';
import { createNotices } from './notices.ts';
import type { Notices } from './notices.ts';

/** The shell's own part of the screen. */
export interface SystemUi {
  readonly main: HTMLElement;
  readonly userPlace: HTMLElement;
  readonly menu: Menu;
  readonly notices: Notices;
  announce(message: string): void;
  /** Shows the card of a path that belongs to no application, or none. @returns whether a card has come */
  showNotFound(path: string | null): boolean;
  showUpdated(route: Route, reload: (() => void) | null): void;
}

/** Takes the static frame of `index.html` into use. */
export function openSystemUi(): SystemUi {
  const main = frameElement('main');
  const announce = createAnnouncer(frameElement('live'));
  const notices = createNotices(frameElement('notices'), announce);
  let notFound: HTMLElement | null = null;
  let pathOfCard: string | null = null;
  return {
    main,
    userPlace: frameElement('user'),
    menu: createMenu(frameElement('menu')),
    notices,
    announce,
    showNotFound(path) {
      if (path === pathOfCard) return false;
      pathOfCard = path;
      notFound?.remove();
      notFound = path === null ? null : notFoundCard(path);
      if (notFound) main.append(notFound);
      return notFound !== null;
    },
    showUpdated({ name, title }, reload) {
      const act = reload === null ? {} : { act: { label: 'Show it', run: reload } };
      notices.show({ key: `updated-${name}`, tone: 'good', text: `${title} was updated`, ...act });
    },
  };
}

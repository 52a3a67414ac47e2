import type { Status } from '../application/host-status.ts';
import type { Route } from '../routing/route.ts';
import type { RefusedWrite, StorageTrouble } from '@testudo/fabric/host/host-api';
import { createAnnouncer } from './announcer.ts';
import { notFoundCard } from './cards.ts';
import { frameElement } from './element.ts';
import { createMenu } from './menu.ts';
import type { Menu } from './menu.ts';
import { createNotices } from './notices.ts';
import type { Notices } from './notices.ts';
import { createStatusChip } from './status-chip.ts';

/** The shell's own part of the screen. */
export interface SystemUi {
  readonly main: HTMLElement;
  readonly userPlace: HTMLElement;
  readonly menu: Menu;
  readonly notices: Notices;
  announce(message: string): void;
  showStatus(status: Status): void;
  /** Shows the card of a path that belongs to no application, or none. @returns whether a card has come */
  showNotFound(path: string | null): boolean;
  /** Shows what is wrong with the storage, until it is not any more; not again what has been shown. */
  showTroubles(troubles: readonly StorageTrouble[]): void;
  showUpdated(route: Route, reload: (() => void) | null): void;
  /** Shows a refusal until it is dismissed; not again what has been shown. */
  showRefused(refused: RefusedWrite, dismiss: () => void): void;
  hideRefused(opId: string): void;
}

/** Takes the static frame of `index.html` into use. */
export function openSystemUi(): SystemUi {
  const main = frameElement('main');
  const announce = createAnnouncer(frameElement('live'));
  const notices = createNotices(frameElement('notices'), announce);
  const chip = createStatusChip(frameElement('status'), announce);
  let notFound: HTMLElement | null = null;
  let pathOfCard: string | null = null;
  const refusals = new Set<string>();
  let troubled: ReadonlyMap<string, string> = new Map();
  return {
    main,
    userPlace: frameElement('user'),
    menu: createMenu(frameElement('menu')),
    notices,
    announce,
    showStatus: (status) => chip(status, !troubled.has('storage-memory')),
    showNotFound(path) {
      if (path === pathOfCard) return false;
      pathOfCard = path;
      notFound?.remove();
      notFound = path === null ? null : notFoundCard(path);
      if (notFound) main.append(notFound);
      return notFound !== null;
    },
    showTroubles(troubles) {
      const standing = new Map(troubles.map(({ place, message }) => [`storage-${place}`, message]));
      for (const key of troubled.keys()) if (!standing.has(key)) notices.hide(key);
      for (const [key, text] of standing) if (troubled.get(key) !== text) notices.show({ key, tone: 'bad', text });
      troubled = standing;
    },
    showUpdated({ name, title }, reload) {
      const act = reload === null ? {} : { act: { label: 'Show it', run: reload } };
      notices.show({ key: `updated-${name}`, tone: 'good', text: `${title} was updated`, ...act });
    },
    showRefused({ modelName, opId, error }, dismiss) {
      if (refusals.has(opId)) return;
      refusals.add(opId);
      const text = `A change of yours (${modelName}) was refused: ${error.message}`;
      notices.show({ key: `refused-${opId}`, tone: 'bad', text, onDismissed: dismiss });
    },
    hideRefused: (opId) => notices.hide(`refused-${opId}`),
  };
}

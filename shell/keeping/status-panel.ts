import type { StorageStanding } from '@testudo/fabric/app-sync';
import type { RefusedWrite } from '@testudo/fabric/host/host-api';

import { element, frameElement } from '../ui/element.ts';
import type { StatusWords } from './status-words.ts';
import { stoppedList } from './stopped-list.ts';
import type { StoppedActs } from './stopped-list.ts';
import { storageWords } from './storage-words.ts';

/** What the chip and its panel show. */
export interface Shown extends StatusWords {
  /** for the chip's mark */
  readonly kind: string;
  readonly refused: readonly RefusedWrite[];
  /** what cannot be sent for now */
  readonly held: readonly RefusedWrite[];
}

export interface StatusPanelOptions extends StoppedActs {
  /** what else is to be decided */
  readonly offer?: HTMLElement;
  /** asked for whenever the panel is opened */
  storage(): Promise<StorageStanding>;
  onError(error: unknown): void;
}

/** The chip in the shell's frame, a button that opens what there is to know and to do about what is kept here. */
export interface StatusPanel {
  show(shown: Shown): void;
  /** Opens it and goes there. */
  open(): void;
}

/** Takes the frame's chip into use, with a panel behind it. */
export function statusPanel(options: StatusPanelOptions): StatusPanel {
  const chip = frameElement('status');
  const heading = element('h2', { text: 'What is kept here', attributes: { tabindex: '-1' } });
  const detail = element('p');
  const refusals = element('div', { class: 's-keeping-refused' });
  const storage = element('p', { class: 't-muted t-small', attributes: { 'data-testid': 'storage' } });
  const panel = element('section', {
    class: 's-keeping t-card',
    attributes: { id: 'keeping', 'aria-label': 'What is kept here', hidden: '' },
    children: [heading, detail, ...(options.offer ? [options.offer] : []), refusals, storage],
  });
  chip.after(panel);
  let listed = '';

  function setOpen(isOpen: boolean): void {
    panel.hidden = !isOpen;
    chip.setAttribute('aria-expanded', String(isOpen));
    if (isOpen) tellStorage();
  }
  function tellStorage(): void {
    const told = (standing: StorageStanding): void => {
      storage.textContent = storageWords(standing).join(' ');
    };
    options.storage().then(told, options.onError);
  }
  function close(): void {
    if (panel.contains(document.activeElement)) chip.focus();
    setOpen(false);
  }
  /** The list is made anew only when it is another: what has the focus in it keeps it. */
  function list({ refused, held }: Shown): void {
    const acts: StoppedActs = {
      dismiss: (writes) => options.dismiss(writes),
      repair: (write) => {
        const repair = options.repair(write);
        if (repair === undefined) return undefined;
        return () => {
          setOpen(false);
          repair();
        };
      },
    };
    const named = held.map(({ opId, error }) => [opId, error.code]);
    const key = JSON.stringify([named, ...refused.map((write) => [write.opId, options.repair(write) !== undefined])]);
    if (key === listed) return;
    listed = key;
    const hadFocus = refusals.contains(document.activeElement);
    refusals.replaceChildren(...stoppedList('refused', refused, acts), ...stoppedList('held', held, acts));
    if (hadFocus) heading.focus();
  }

  closeFromOutside(panel, chip, close);
  chip.setAttribute('aria-expanded', 'false');
  chip.setAttribute('aria-controls', panel.id);
  chip.addEventListener('click', () => (panel.hidden ? setOpen(true) : close()));
  return {
    show(shown) {
      const { label, detail: sentence, kind, refused } = shown;
      chip.textContent = label;
      chip.title = sentence;
      chip.dataset['status'] = kind;
      chip.dataset['refused'] = String(refused.length);
      detail.textContent = `${sentence}.`;
      list(shown);
    },
    open() {
      setOpen(true);
      heading.focus();
    },
  };
}

/** Escape, a click elsewhere and the focus going elsewhere close a panel. */
function closeFromOutside(panel: HTMLElement, chip: HTMLElement, close: () => void): void {
  const isOutside = (target: EventTarget | null): boolean =>
    target instanceof Node && target.isConnected && !panel.contains(target) && !chip.contains(target);
  document.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape' && !panel.hidden) close();
  });
  document.addEventListener('click', ({ target }) => {
    if (!panel.hidden && isOutside(target)) close();
  });
  panel.addEventListener('focusout', ({ relatedTarget }) => {
    if (!panel.hidden && isOutside(relatedTarget)) close();
  });
}

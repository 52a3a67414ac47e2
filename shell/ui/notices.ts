import { element, frameElement } from './element.ts';

export interface Notice {
  /** a notice with the same key takes the former one's place */
  readonly key: string;
  readonly tone: 'info' | 'good' | 'warn' | 'bad';
  readonly text: string;
  readonly act?: { readonly label: string; run(): void };
  /** called when the user has dismissed it */
  onDismissed?(): void;
}

/** Quiet messages of the shell, which stay until they are dealt with. */
export interface Notices {
  show(notice: Notice): void;
  hide(key: string): void;
}

/** Notices inside a list element of the frame. */
export function createNotices(list: HTMLElement, announce: (message: string) => void): Notices {
  const shown = new Map<string, HTMLElement>();
  function hide(key: string): void {
    const item = shown.get(key);
    if (item?.contains(document.activeElement)) frameElement('main').focus({ preventScroll: true });
    item?.remove();
    shown.delete(key);
  }
  function show(notice: Notice): void {
    hide(notice.key);
    const item = noticeElement(notice, () => hide(notice.key));
    shown.set(notice.key, item);
    list.append(item);
    announce(notice.text);
  }
  return { show, hide };
}

function noticeElement({ key, tone, text, act, onDismissed }: Notice, hide: () => void): HTMLElement {
  const buttons: HTMLElement[] = [];
  if (act) {
    const run = (): void => {
      hide();
      act.run();
    };
    buttons.push(
      element('button', {
        class: 't-button t-button--small',
        text: act.label,
        attributes: { type: 'button' },
        onClick: run,
      }),
    );
  }
  const dismiss = (): void => {
    hide();
    onDismissed?.();
  };
  const label = { type: 'button', 'aria-label': `Dismiss: ${text}` };
  buttons.push(element('button', { class: 's-dismiss', text: '×', attributes: label, onClick: dismiss }));
  return element('li', {
    class: `s-notice t-notice${tone === 'info' ? '' : ` t-notice--${tone}`}`,
    attributes: { 'data-notice': key },
    children: [element('p', { text }), ...buttons],
  });
}

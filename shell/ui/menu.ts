import { homeOf } from '../routing/route.ts';
import type { Route } from '../routing/route.ts';
import { element } from './element.ts';

/** The menu of applications. */
export interface Menu {
  show(routes: readonly Route[]): void;
  /** Marks the application on the screen. */
  mark(segment: string | undefined): void;
}

/** The menu inside a list element of the frame. */
export function createMenu(list: HTMLElement): Menu {
  let marked: string | undefined;
  let shown = '';
  const mark = (segment: string | undefined): void => {
    marked = segment;
    for (const link of list.querySelectorAll('a')) {
      if (link.dataset['segment'] === segment) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
  };
  return {
    mark,
    show(routes) {
      const wanted = JSON.stringify(routes.map(({ segment, title }) => [segment, title]));
      // The same links stay: one of them may have the focus.
      if (wanted === shown) return;
      shown = wanted;
      const items = routes.map((route) => {
        const attributes = { href: homeOf(route), 'data-segment': route.segment };
        return element('li', { children: [element('a', { class: 's-link', text: route.title, attributes })] });
      });
      const focused = list.querySelector<HTMLElement>('a:focus')?.dataset['segment'];
      list.replaceChildren(...items);
      if (focused !== undefined) list.querySelector<HTMLElement>(`[data-segment="${focused}"]`)?.focus();
      mark(marked);
    },
  };
}

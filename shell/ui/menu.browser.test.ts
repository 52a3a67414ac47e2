import { expect, test } from 'vitest';

import type { Route } from '../routing/route.ts';
import { createMenu } from './menu.ts';

const routes = ['', 'store', 'help'].map((segment) => ({ name: segment, segment, title: `Page ${segment}` }) as Route);
const focused = (): string | undefined => (document.activeElement as HTMLElement).dataset['segment'];

test('the focus stays on its link when the menu is shown again, with the same routes or with more', () => {
  const list = document.createElement('ul');
  document.body.replaceChildren(list);
  const menu = createMenu(list);
  menu.show(routes.slice(0, 2));
  const link = list.querySelector<HTMLElement>('[data-segment="store"]');
  link?.focus();
  menu.show(routes.slice(0, 2));
  expect(document.activeElement).toBe(link);
  menu.show(routes);
  expect(list.querySelectorAll('a')).toHaveLength(3);
  expect(focused()).toBe('store');
});

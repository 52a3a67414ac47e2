import { element } from './element.ts';
import { helpSections } from './help-text.ts';
import type { HelpSection, HelpTerm } from './help-text.ts';

/** The help page as one element. `navigate` leads to another application of the shell. */
export function helpPage(build: string, navigate: (path: string) => void): HTMLElement {
  return element(
    'div',
    { class: 'help t-page' },
    header(navigate),
    element(
      'div',
      { class: 'help-columns' },
      contents(),
      element('div', { class: 'help-text' }, ...helpSections.map(section)),
    ),
    element('footer', { class: 'help-footer', 'data-testid': 'help-build' }, `build ${build}`),
  );
}

function header(navigate: (path: string) => void): HTMLElement {
  const shop = element('a', { href: '/store', class: 't-button t-button--primary' }, 'Open the shop');
  shop.addEventListener('click', (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    navigate('/store');
  });
  return element(
    'header',
    { class: 'help-header' },
    element('h1', { tabindex: '-1' }, 'Help'),
    element(
      'p',
      { class: 'help-lead' },
      'What this is, what happens offline, and what the small words next to an order mean.',
    ),
    shop,
  );
}

/** Links inside the page: focus is moved by hand, so that the address keeps its path. */
function contents(): HTMLElement {
  const items = helpSections.map(({ id, title }) => {
    const link = element('button', { type: 'button', class: 'help-link' }, title);
    link.addEventListener('click', () => document.getElementById(`help-${id}`)?.focus());
    return element('li', {}, link);
  });
  return element('nav', { class: 'help-contents', 'aria-label': 'On this page' }, element('ul', {}, ...items));
}

function section({ id, title, paragraphs, terms = [] }: HelpSection): HTMLElement {
  const list = terms.length === 0 ? [] : [element('dl', { class: 'help-terms' }, ...terms.map(term))];
  return element(
    'section',
    { 'aria-labelledby': `help-${id}` },
    element('h2', { id: `help-${id}`, tabindex: '-1' }, title),
    ...paragraphs.map((text) => element('p', {}, text)),
    ...list,
  );
}

function term({ term: name, meaning, look }: HelpTerm): HTMLElement {
  const drawn =
    look === 'key'
      ? element('kbd', { class: 'help-key' }, name)
      : element('span', { class: `t-badge t-badge--${look}` }, name);
  return element('div', { class: 'help-term' }, element('dt', {}, drawn), element('dd', {}, meaning));
}

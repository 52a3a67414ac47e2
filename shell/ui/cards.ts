import { toWire } from '@testudo/fabric/error';

import { element } from './element.ts';
import { wordsFor } from './error-words.ts';

const elsewhere = ' The rest of the page is not affected.';

/** The card that stands in a broken application's place: plain words, the code, what was found, a way on. */
export function errorCard(title: string, error: unknown, retry: () => void): HTMLElement {
  return brokenCard({ title, retry, error, scope: elsewhere });
}

/** The card of a page that could not begin. */
export function bootCard(error: unknown, retry: () => void): HTMLElement {
  return brokenCard({ title: 'Testudo', retry, error, scope: '' });
}

function brokenCard(options: {
  readonly title: string;
  readonly error: unknown;
  readonly scope: string;
  retry(): void;
}): HTMLElement {
  const { title, error, scope, retry } = options;
  const { code, message } = toWire(error, 'LOAD_FAILED');
  return element('section', {
    class: 's-card t-card',
    attributes: { role: 'alert', 'data-testid': 'error-card', 'data-code': code },
    children: [
      element('h1', { class: 's-card-title', text: `${title} is not available`, attributes: { tabindex: '-1' } }),
      element('p', { text: `${wordsFor(code)}${scope}` }),
      element('p', {
        class: 's-card-detail',
        children: [element('code', { text: code }), element('span', { text: message })],
      }),
      element('p', {
        class: 's-card-acts',
        children: [
          element('button', {
            class: 't-button t-button--primary',
            text: 'Retry',
            attributes: { type: 'button' },
            onClick: retry,
          }),
        ],
      }),
    ],
  });
}

/** The card of a path that belongs to no application. */
export function notFoundCard(path: string): HTMLElement {
  return element('section', {
    class: 's-card t-card',
    attributes: { 'data-testid': 'not-found', 'data-code': 'NOT_FOUND' },
    children: [
      element('h1', { class: 's-card-title', text: 'There is nothing here', attributes: { tabindex: '-1' } }),
      element('p', {
        children: [element('span', { text: 'No application lives at ' }), element('code', { text: path })],
      }),
      element('p', {
        class: 's-card-acts',
        children: [
          element('a', {
            class: 't-button t-button--primary',
            text: 'Go to the first page',
            attributes: { href: '/' },
          }),
        ],
      }),
    ],
  });
}

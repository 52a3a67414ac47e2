import type { RefusedWrite } from '@testudo/fabric/host/host-api';
import type { Plain } from '@testudo/fabric/plain';

import { element } from '../ui/element.ts';

/** What can be done about a refused change. */
export interface RefusedActs {
  /** `undefined`: no application on the screen edits such objects */
  repair(refused: RefusedWrite): (() => void) | undefined;
  dismiss(refused: readonly RefusedWrite[]): void;
}

/** More than these nobody reads. */
const maxShown = 50;
const maxValue = 80;

/** Refused changes with their reason and what was wanted, each to be edited again or dismissed. */
export function refusedList(refused: readonly RefusedWrite[], acts: RefusedActs): readonly HTMLElement[] {
  if (refused.length === 0) return [];
  const items = refused.slice(0, maxShown).map((each) => refusedItem(each, acts));
  const more = refused.length - items.length;
  const rest = more > 0 ? [element('p', { class: 't-muted t-small', text: `and ${more} more` })] : [];
  const all = button(`Dismiss all ${refused.length}`, () => acts.dismiss(refused));
  return [
    element('h3', { text: refused.length === 1 ? 'One change was refused' : `${refused.length} changes were refused` }),
    element('ul', { class: 's-refused', children: items }),
    ...rest,
    ...(refused.length > 1 ? [all] : []),
  ];
}

function refusedItem(refused: RefusedWrite, acts: RefusedActs): HTMLElement {
  const { modelName, id, opId, error, changes } = refused;
  const what = `${modelName} ${id.slice(-6)}`;
  const repair = acts.repair(refused);
  const edit = repair ? [button('Edit again', repair, `Edit again: ${what}`, 't-button--primary')] : [];
  const dismiss = button('Dismiss', () => acts.dismiss([refused]), `Dismiss: ${what}`);
  const wanted = wantedText(changes);
  return element('li', {
    attributes: { 'data-refused': opId },
    children: [
      element('p', { children: [element('strong', { text: what })] }),
      element('p', { text: error.message }),
      element('p', { class: 't-small', children: [element('code', { text: error.code })] }),
      ...(wanted === '' ? [] : [element('p', { class: 't-muted t-small', text: `You wanted ${wanted}` })]),
      element('p', { class: 's-refused-acts', children: [...edit, dismiss] }),
    ],
  });
}

/** The fields that a change would have set; of what is no text or number, the name only. */
function wantedText(changes: { readonly [field: string]: Plain }): string {
  return Object.entries(changes)
    .map(([field, value]) => (typeof value === 'object' ? field : `${field}: ${String(value).slice(0, maxValue)}`))
    .join(', ');
}

function button(text: string, onClick: () => void, label: string = text, look: string = ''): HTMLElement {
  const attributes = { type: 'button', 'aria-label': label };
  return element('button', { class: `t-button t-button--small ${look}`.trim(), text, attributes, onClick });
}

import type { RefusedWrite } from '@testudo/fabric/host/host-api';
import type { Plain } from '@testudo/fabric/plain';

import { changes as changesText } from '../ui/changes.ts';
import { element } from '../ui/element.ts';
import { askInPlace } from './ask-in-place.ts';
import { copyText } from './copy-text.ts';
import { smallButton } from './small-button.ts';

/** What can be done about a change that was refused, or that cannot be sent. */
export interface StoppedActs {
  /** `undefined`: no application on the screen edits such objects */
  repair(refused: RefusedWrite): (() => void) | undefined;
  dismiss(stopped: readonly RefusedWrite[]): void;
}

/** What became of the changes of a list. */
export type StoppedKind = 'refused' | 'held';

/** More than these nobody reads. */
const maxShown = 50;
const maxValue = 80;

const endings: { readonly [kind in StoppedKind]: readonly [one: string, many: string] } = {
  refused: ['was refused', 'were refused'],
  held: ['cannot be sent for now', 'cannot be sent for now'],
};

/** Nobody is there who could take it. */
const absences: readonly string[] = ['UNAVAILABLE', 'NO_RESPONDERS'];
const heldReason = 'Nothing that takes it runs on the server now.';
const heldHint = 'Kept here and tried again. Dismissed, it is gone for good, and what waits behind it goes on.';

/** Changes that got nowhere with their reason and what was wanted, each to be copied, edited again or dismissed. */
export function stoppedList(
  kind: StoppedKind,
  stopped: readonly RefusedWrite[],
  acts: StoppedActs,
): readonly HTMLElement[] {
  if (stopped.length === 0) return [];
  const [one, many] = endings[kind];
  const title = stopped.length === 1 ? `One change ${one}` : `${changesText(stopped.length)} ${many}`;
  const items = stopped.slice(0, maxShown).map((each) => stoppedItem(kind, each, acts));
  const more = stopped.length - items.length;
  const all = [
    dismissButton(kind, `Dismiss all ${stopped.length}`, { stopped, acts }),
    copyButton(`Copy all ${stopped.length}`, stopped),
  ];
  return [
    element('h3', { text: title }),
    ...(kind === 'held' ? [element('p', { class: 't-muted t-small', text: heldHint })] : []),
    element('ul', { class: 's-refused', children: items }),
    ...(more > 0 ? [element('p', { class: 't-muted t-small', text: `and ${more} more` })] : []),
    ...(stopped.length > 1 ? [element('p', { class: 's-refused-acts', children: all })] : []),
  ];
}

function stoppedItem(kind: StoppedKind, stopped: RefusedWrite, acts: StoppedActs): HTMLElement {
  const { modelName, id, opId, error, changes } = stopped;
  const what = `${modelName} ${id.slice(-6)}`;
  const repair = kind === 'held' ? undefined : acts.repair(stopped);
  const edit = repair ? [smallButton('Edit again', repair, `Edit again: ${what}`, 't-button--primary')] : [];
  const dismiss = dismissButton(kind, 'Dismiss', { stopped: [stopped], acts, label: `Dismiss: ${what}` });
  const copy = copyButton('Copy', [stopped], `Copy: ${what}`);
  const wanted = wantedText(changes);
  return element('li', {
    attributes: { [`data-${kind}`]: opId },
    children: [
      element('p', { children: [element('strong', { text: what })] }),
      ...reasonOf(kind, error),
      ...(wanted === '' ? [] : [element('p', { class: 't-muted t-small', text: `You wanted ${wanted}` })]),
      element('p', { class: 's-refused-acts', children: [...edit, dismiss, copy] }),
    ],
  });
}

/** What is held is told in plain words first; what the server said is for whoever is to help. */
function reasonOf(kind: StoppedKind, { code, message }: RefusedWrite['error']): readonly HTMLElement[] {
  const name = element('code', { text: code });
  if (kind === 'refused' || !absences.includes(code))
    return [element('p', { text: message }), element('p', { class: 't-small', children: [name] })];
  const said = element('span', { text: ` ${message}` });
  return [element('p', { text: heldReason }), element('p', { class: 't-muted t-small', children: [name, said] })];
}

/** Gives changes up: of those that have reached nobody it asks first. */
function dismissButton(
  kind: StoppedKind,
  text: string,
  { stopped, acts, label }: { stopped: readonly RefusedWrite[]; acts: StoppedActs; label?: string },
): HTMLElement {
  const dismiss = (): void => acts.dismiss(stopped);
  const which = stopped.length === 1 ? 'this change' : `these ${changesText(stopped.length)}`;
  const ask = (): void => askInPlace(pressed, `Give ${which} up for good?`, dismiss);
  const pressed = smallButton(text, kind === 'held' ? ask : dismiss, label);
  return pressed;
}

/** The fields that a change would have set; of what is no text or number, the name only. */
function wantedText(changes: { readonly [field: string]: Plain }): string {
  return Object.entries(changes)
    .map(([field, value]) => (typeof value === 'object' ? field : `${field}: ${String(value).slice(0, maxValue)}`))
    .join(', ');
}

/** Copies changes, whole, as JSON. */
function copyButton(text: string, stopped: readonly RefusedWrite[], label?: string): HTMLElement {
  const copy = smallButton(text, () => void copyText(JSON.stringify(stopped, null, 2), copy), label);
  return copy;
}

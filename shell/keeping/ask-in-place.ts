import { element } from '../ui/element.ts';
import { smallButton } from './small-button.ts';

/**
 * Asks in the place of a button that was pressed, and of those beside it, before something is given up for good. What
 * keeps it is where the hand is already, and has the focus; it brings the buttons back.
 */
export function askInPlace(pressed: HTMLElement, question: string, onSure: () => void): void {
  const place = pressed.parentElement;
  if (place === null) return;
  const former = Array.from(place.childNodes);
  const keep = smallButton(
    'Keep',
    () => {
      place.replaceChildren(...former);
      pressed.focus();
    },
    `${question} Keep`,
  );
  const sure = smallButton('Dismiss for good', onSure, `${question} Dismiss for good`, 't-button--danger');
  place.replaceChildren(element('span', { text: question }), keep, sure);
  keep.focus();
}

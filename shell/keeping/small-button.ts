import { element } from '../ui/element.ts';

/** A small button of the panel. @param label what it is called where its text does not say enough; default: the text */
export function smallButton(text: string, onClick: () => void, label: string = text, look: string = ''): HTMLElement {
  const attributes = { type: 'button', 'aria-label': label };
  return element('button', { class: `t-button t-button--small ${look}`.trim(), text, attributes, onClick });
}

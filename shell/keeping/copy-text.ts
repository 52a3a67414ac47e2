import { element } from '../ui/element.ts';

/**
 * Puts a text on the clipboard, and says so on the button that was pressed. Where the browser does not let it, the text
 * is shown after the button, selected, to be copied by hand.
 */
export async function copyText(text: string, pressed: HTMLElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    pressed.textContent = 'Copied';
  } catch {
    const field = element('textarea', { class: 't-input', attributes: { readonly: '', 'aria-label': 'To copy' } });
    field.value = text;
    pressed.after(field);
    field.select();
  }
}

export interface ElementOptions {
  readonly class?: string;
  readonly text?: string;
  readonly attributes?: { readonly [name: string]: string };
  readonly onClick?: () => void;
  readonly children?: readonly Node[];
}

/** A new element; text is set as text, never as markup. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  options: ElementOptions = {},
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (options.class !== undefined) made.className = options.class;
  if (options.text !== undefined) made.textContent = options.text;
  for (const [name, value] of Object.entries(options.attributes ?? {})) made.setAttribute(name, value);
  if (options.onClick) made.addEventListener('click', options.onClick);
  made.append(...(options.children ?? []));
  return made;
}

/** An element of the static frame in `index.html`. @throws Error when the frame and this script do not belong together */
export function frameElement(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found) return found;
  throw new Error(`index.html has no #${id}; the page and its script are of different versions`);
}

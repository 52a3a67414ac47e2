import type { Disposable } from '@testudo/fabric/plain';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';

import { arrowKeys } from './arrow-keys.ts';

let keys: Disposable;

beforeEach(() => {
  keys = arrowKeys(document);
});

afterEach(() => {
  keys.dispose();
  document.body.replaceChildren();
});

/** A column of elements by their markup; the focus is on the one with the id `begin`. */
function show(markup: string): void {
  const rows = markup.trim().split('\n');
  document.body.innerHTML = rows.map((row) => `<div style="margin: 20px">${row}</div>`).join('');
  document.getElementById('begin')?.focus();
}

async function press(...names: readonly string[]): Promise<string> {
  for (const name of names) await userEvent.keyboard(`{${name}}`);
  return document.activeElement?.id ?? '';
}

const field = (id: string): HTMLInputElement => document.getElementById(id) as HTMLInputElement;

test('a text field keeps left and right until its caret is at the end; up and down leave it', async () => {
  show('<input id="begin" value="ab"> <button id="aside">x</button>\n<button id="below">x</button>');
  field('begin').setSelectionRange(0, 0);
  expect(await press('ArrowRight')).toBe('begin');
  expect(await press('ArrowRight')).toBe('begin');
  expect(await press('ArrowRight')).toBe('aside');
  field('begin').focus();
  expect(await press('ArrowDown')).toBe('below');
});

test('in a text that runs from right to left, the caret ends on the left', async () => {
  show('<button id="left">x</button> <input id="begin" dir="rtl" value="ab"> <button id="right">x</button>');
  field('begin').setSelectionRange(2, 2);
  expect(await press('ArrowLeft')).toBe('left');
  field('begin').focus();
  field('begin').setSelectionRange(0, 0);
  expect(await press('ArrowRight')).toBe('right');
});

test('a choice is not changed in passing: arrows leave it, Enter makes it', async () => {
  show('<input id="begin" type="radio" name="n" checked>\n<input id="other" type="radio" name="n">');
  expect(await press('ArrowDown')).toBe('other');
  expect(field('other').checked).toBe(false);
  expect(await press('Enter')).toBe('other');
  expect(field('other').checked).toBe(true);
  expect(await press('ArrowDown')).toBe('other');
});

test('a closed list of choices keeps its value, also when there is nowhere to go', async () => {
  show('<select id="begin"><option>one</option><option>two</option></select>');
  await press('ArrowDown');
  expect(field('begin').value).toBe('one');
});

test('what somebody else has handled is left alone, and so are keys with a modifier', async () => {
  show('<button id="begin">x</button>\n<button id="below">x</button>');
  document.getElementById('begin')?.addEventListener('keydown', (event) => event.preventDefault(), { once: true });
  expect(await press('ArrowDown')).toBe('begin');
  await userEvent.keyboard('{Alt>}{ArrowDown}{/Alt}');
  expect(document.activeElement?.id).toBe('begin');
  expect(await press('ArrowDown')).toBe('below');
});

test('when what had the focus is gone, keys go on from where it was', async () => {
  show('<button id="first">x</button>\n<button id="begin">x</button>\n<button id="last">x</button>');
  const hole = document.createElement('div');
  hole.style.height = '22px';
  document.getElementById('begin')?.replaceWith(hole);
  expect(await press('ArrowDown')).toBe('last');
});

test('disabled, hidden and inert elements are no stops; of a page with an open dialog only the dialog is', async () => {
  show(
    '<button id="begin">x</button>\n<button disabled>x</button>\n<button hidden>x</button>\n<p inert><button>x</button></p>\n<button id="end">x</button>',
  );
  expect(await press('ArrowDown')).toBe('end');
  document.body.insertAdjacentHTML('beforeend', '<div aria-modal="true"><button id="inside">x</button></div>');
  expect(await press('ArrowDown')).toBe('inside');
  expect(await press('ArrowUp')).toBe('inside');
});

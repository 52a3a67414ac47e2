import { expect, onTestFinished, test } from 'vitest';

import { addAbortReason, parentMethods } from './platform.ts';

function nodesOf(html: string): HTMLElement {
  const parent = document.createElement('div');
  parent.innerHTML = html;
  return parent;
}

test('replaceChildren leaves what the engine leaves', () => {
  for (const nodes of [[], ['text'], [document.createElement('b'), 'text']]) {
    const [ours, theirs] = [nodesOf('<i></i>x'), nodesOf('<i></i>x')];
    parentMethods.replaceChildren.apply(ours, nodes);
    theirs.replaceChildren(...nodes.map((node) => (typeof node === 'string' ? node : node.cloneNode())));
    expect(ours.innerHTML).toBe(theirs.innerHTML);
  }
});

test('an aborted signal has its reason: the first one given, or an AbortError', () => {
  const native = Object.getOwnPropertyDescriptor(AbortSignal.prototype, 'reason') as PropertyDescriptor;
  const { abort } = AbortController.prototype;
  onTestFinished(() => {
    Object.defineProperty(AbortSignal.prototype, 'reason', native);
    AbortController.prototype.abort = abort;
  });
  Reflect.deleteProperty(AbortSignal.prototype, 'reason');
  addAbortReason();
  const [given, plain] = [new AbortController(), new AbortController()];
  expect(given.signal.reason).toBeUndefined();
  given.abort('first');
  given.abort('second');
  plain.abort();
  expect([given.signal.reason, given.signal.aborted]).toEqual(['first', true]);
  expect(plain.signal.reason).toMatchObject({ name: 'AbortError' });
});

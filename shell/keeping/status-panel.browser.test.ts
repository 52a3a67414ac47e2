import type { RefusedWrite } from '@testudo/fabric/host/host-api';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';

import { createRepairs } from './repairs.ts';
import { statusPanel } from './status-panel.ts';

beforeEach(() => {
  document.body.innerHTML = '<button id="status">Starting</button><main id="main" tabindex="-1"></main>';
});

const refusal = (count: number): RefusedWrite => ({
  ...{ modelName: 'order', id: `id-${count}`, opId: `h:${count}`, kind: 'update' },
  error: { code: 'VALIDATION', message: '<b>not so</b>' },
  changes: { note: 'mine', lines: [1] },
});
const unsent = (count: number): RefusedWrite => ({
  ...refusal(count),
  error: { code: 'UNAVAILABLE', message: 'no build of the model order is loaded here (yet); is it in the catalogue?' },
});
const buttons = (name: string): readonly HTMLElement[] =>
  [...document.querySelectorAll<HTMLElement>('#keeping button')].filter(({ textContent }) => textContent === name);
const panelElement = (): HTMLElement => document.querySelector('#keeping') as HTMLElement;

function setUp() {
  const dismissed: string[] = [];
  const repairs = createRepairs(() => undefined);
  const panel = statusPanel({
    storage: async () => ({ usage: 5e6, quota: null, persisted: true, kinds: {}, troubles: [] }),
    repair: (refused) => repairs.of(refused),
    dismiss: (refused) => refused.forEach(({ opId }) => dismissed.push(opId)),
    onError: (error) => {
      throw error;
    },
  });
  const show = (refused: readonly RefusedWrite[], held: readonly RefusedWrite[] = []): void =>
    panel.show({ label: 'All sent', detail: 'Everything is saved', kind: 'online', refused, held });
  return { panel, repairs, show, dismissed };
}

test('ten thousand refusals are fifty items and a number, and are dismissed at once', () => {
  const { panel, show, dismissed } = setUp();
  show(Array.from({ length: 10_000 }, (_, count) => refusal(count)));
  panel.open();
  expect(buttons('Dismiss')).toHaveLength(50);
  expect(panelElement().textContent).toContain('and 9950 more');
  buttons('Dismiss all 10000')[0]?.click();
  expect(dismissed).toHaveLength(10_000);
});

test('a reason is text, never markup; of what was wanted the lists are named only', () => {
  const { panel, show } = setUp();
  show([refusal(1)]);
  panel.open();
  expect(panelElement().textContent).toContain('<b>not so</b>');
  expect(panelElement().textContent).toContain('You wanted note: mine, lines');
});

test('what has the focus keeps it while the same is shown, and hands it on when it goes', () => {
  const { panel, show } = setUp();
  show([refusal(1), refusal(2)]);
  panel.open();
  const [, second] = buttons('Dismiss');
  second?.focus();
  show([refusal(1), refusal(2)]);
  expect(document.activeElement).toBe(second);
  show([refusal(1)]);
  expect(document.activeElement?.textContent).toBe('What is kept here');
});

test('a repair is offered while somebody on the screen can do it, by the latest who can', () => {
  const { panel, repairs, show } = setUp();
  const [first, second] = [vi.fn(), vi.fn()];
  repairs.add('order', first);
  const offer = repairs.add('order', second);
  repairs.add('customer', vi.fn());
  show([refusal(1)]);
  panel.open();
  buttons('Edit again')[0]?.click();
  expect(second).toHaveBeenCalledWith(refusal(1));
  expect(first).not.toHaveBeenCalled();
  expect(panelElement().hidden).toBe(true);
  offer.dispose();
  repairs.of(refusal(1))?.();
  expect(first).toHaveBeenCalledTimes(1);
});

test('Escape and a click elsewhere close it, and the storage is asked for whenever it opens', async () => {
  const { show } = setUp();
  show([]);
  const chip = document.querySelector('#status') as HTMLElement;
  chip.click();
  await expect.poll(() => panelElement().textContent).toContain('Uses 5.0 MB here. The browser keeps it');
  document.querySelector<HTMLElement>('#main')?.click();
  expect(chip.getAttribute('aria-expanded')).toBe('false');
  chip.click();
  panelElement().querySelector('h2')?.focus();
  document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }));
  expect(panelElement().hidden).toBe(true);
  expect(document.activeElement).toBe(chip);
});

test('what cannot be sent is copied whole as JSON, by hand where the browser does not let it, and dismissed', async () => {
  const { panel, show, dismissed } = setUp();
  show([refusal(1)], [unsent(2), unsent(3)]);
  panel.open();
  expect(panelElement().textContent).toContain('2 changes cannot be sent for now');
  expect(panelElement().textContent).toContain('Nothing that takes it runs on the server now.');
  const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValueOnce(undefined);
  onTestFinished(() => write.mockRestore());
  const [, copy, other] = buttons('Copy');
  copy?.click();
  await expect.poll(() => copy?.textContent).toBe('Copied');
  expect(JSON.parse(String(write.mock.calls[0]?.[0]))).toEqual([unsent(2)]);
  write.mockRejectedValueOnce(new DOMException('no', 'NotAllowedError'));
  other?.click();
  await expect.poll(() => document.querySelector<HTMLTextAreaElement>('#keeping textarea')?.value).toContain('"h:3"');
  buttons('Dismiss all 2')[0]?.click();
  buttons('Dismiss for good')[0]?.click();
  expect(dismissed).toEqual(['h:2', 'h:3']);
});

test('what has reached nobody is given up only for good: its user is asked, and keeps it where his hand is', () => {
  const { panel, show, dismissed } = setUp();
  show([], [unsent(2), unsent(3)]);
  panel.open();
  const [first] = buttons('Dismiss');
  first?.click();
  expect(document.activeElement?.textContent).toBe('Keep');
  expect(document.activeElement?.getAttribute('aria-label')).toBe('Give this change up for good? Keep');
  buttons('Keep')[0]?.click();
  expect(document.activeElement).toBe(first);
  expect(panelElement().hidden).toBe(false);
  expect(dismissed).toEqual([]);
  first?.click();
  buttons('Dismiss for good')[0]?.click();
  expect(dismissed).toEqual(['h:2']);
});

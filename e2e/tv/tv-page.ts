import { writeFileSync } from 'node:fs';

import { until } from '../launch.ts';
import { openCdpSession } from './cdp.ts';
import type { CdpSession } from './cdp.ts';
import type { Engine } from './engines.ts';

/** A page of an engine, driven as a remote control would: by keys; and read by expressions that the engine knows. */
export interface TvPage {
  /** what went wrong in the page or its workers and nobody caught, and what the content policy refused */
  readonly problems: readonly string[];
  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  /** @param expression in the oldest engine's JavaScript; its value crosses as JSON */
  read(expression: string): Promise<unknown>;
  /** the text of the first element, or `''` */
  text(selector: string): Promise<string>;
  /** Waits for the expression to be true. */
  sees(what: string, expression: string): Promise<void>;
  press(key: keyof typeof keys): Promise<void>;
  type(text: string): Promise<void>;
  /** Presses Tab until the focus is on what the selector names. */
  tabTo(selector: string): Promise<void>;
  screenshot(path: string, size: Size): Promise<void>;
  /** Ends the page's process, as when it runs out of memory: the page cannot say goodbye. */
  crash(): void;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

const keys = {
  Enter: { code: 'Enter', windowsVirtualKeyCode: 13, text: '\r' },
  Tab: { code: 'Tab', windowsVirtualKeyCode: 9, text: '' },
};

/** Far more stops than any page of ours has. */
const maxTabs = 80;
const patienceMs = 60_000;

function collectProblems(session: CdpSession): string[] {
  const problems: string[] = [];
  session.on('Runtime.exceptionThrown', ({ exceptionDetails }) => {
    const { text, exception } = exceptionDetails as { text: string; exception?: { description?: string } };
    problems.push(exception?.description ?? text);
  });
  session.on('Log.entryAdded', ({ entry }) => {
    const { text } = entry as { text: string };
    if (text.startsWith('Refused to')) problems.push(text);
  });
  return problems;
}

async function evaluate(session: CdpSession, expression: string): Promise<unknown> {
  const answer = await session.send('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true });
  const { result, exceptionDetails } = answer as { result: { value?: unknown }; exceptionDetails?: unknown };
  if (exceptionDetails !== undefined) throw new Error(`${expression}: ${JSON.stringify(exceptionDetails)}`);
  return result.value;
}

async function pressKey(session: CdpSession, key: keyof typeof keys): Promise<void> {
  const { text, ...rest } = keys[key];
  const type = text === '' ? 'rawKeyDown' : 'keyDown';
  await session.send('Input.dispatchKeyEvent', { type, key, text, ...rest });
  await session.send('Input.dispatchKeyEvent', { type: 'keyUp', key, ...rest });
}

async function pressTabsTo(session: CdpSession, selector: string): Promise<void> {
  const isThere = `document.activeElement.matches(${JSON.stringify(selector)})`;
  for (let pressed = 0; pressed < maxTabs; pressed += 1) {
    if (await evaluate(session, isThere)) return;
    await pressKey(session, 'Tab');
  }
  throw new Error(`${selector} had no focus after ${maxTabs} presses of Tab`);
}

/** Opens a page in an engine. */
export async function openTvPage({ devtools }: Engine): Promise<TvPage> {
  const asked = await fetch(`${devtools}/json/new?about:blank`, { method: 'PUT' });
  const { webSocketDebuggerUrl } = (await asked.json()) as { webSocketDebuggerUrl: string };
  const session = await openCdpSession(webSocketDebuggerUrl);
  const problems = collectProblems(session);
  for (const domain of ['Page', 'Runtime', 'Log']) await session.send(`${domain}.enable`);
  const read = (expression: string): Promise<unknown> => evaluate(session, expression);
  const loaded = (): Promise<void> => new Promise((resolve) => session.on('Page.loadEventFired', () => resolve()));
  return {
    problems,
    read,
    async goto(url) {
      const done = loaded();
      await session.send('Page.navigate', { url });
      await done;
    },
    async reload() {
      const done = loaded();
      await session.send('Page.reload');
      await done;
    },
    async text(selector) {
      const found = await read(`(document.querySelector(${JSON.stringify(selector)}) || {}).textContent || ''`);
      return String(found).trim();
    },
    async sees(what, expression) {
      await until(what, async () => ((await read(expression)) === true ? true : undefined), patienceMs);
    },
    press: (key) => pressKey(session, key),
    async type(text) {
      for (const character of text) await session.send('Input.dispatchKeyEvent', { type: 'char', text: character });
    },
    tabTo: (selector) => pressTabsTo(session, selector),
    async screenshot(path, size) {
      await session.send('Emulation.setDeviceMetricsOverride', { ...size, deviceScaleFactor: 1, mobile: false });
      const { data } = await session.send('Page.captureScreenshot');
      writeFileSync(path, Buffer.from(String(data), 'base64'));
    },
    crash() {
      // It never answers: there is nobody left.
      void session.send('Page.crash').catch(() => undefined);
    },
  };
}

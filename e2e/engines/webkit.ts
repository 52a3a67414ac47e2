import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';

import { until } from '../launch.ts';
import { quietPort } from '../quiet-port.ts';
import type { Engine, Session, Tab } from './engine.ts';
import { openWebDriver, type WebDriver } from './webdriver.ts';

/** Where the parts of WebKitGTK are on this machine. */
export interface WebKitPaths {
  readonly driver: string;
  readonly browser: string;
  readonly xvfb: string;
}

const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';
const NO_SECOND_LOAD = 'the web process of WebKitGTK 2.50 ends when the shell is loaded again in the same profile';
const BACKSPACE = '\uE003';

/** WebKitGTK's MiniBrowser by WebDriver, on a screen of its own. A session keeps its profile in memory. */
export async function openWebKit({ driver, browser, xvfb }: WebKitPaths): Promise<Engine> {
  const screen = spawn(xvfb, ['-displayfd', '3', '-screen', '0', '1280x1000x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const [display] = (await once(screen.stdio[3] as Readable, 'data')) as [Buffer];
  const env = {
    ...process.env,
    DISPLAY: `:${display.toString().trim()}`,
    GDK_BACKEND: 'x11',
    LIBGL_ALWAYS_SOFTWARE: '1',
    WEBKIT_DISABLE_COMPOSITING_MODE: '1',
  };
  return {
    name: 'WebKitGTK',
    noSecondLoad: NO_SECOND_LOAD,
    async openSession() {
      const port = await quietPort();
      const process_ = spawn(driver, [`--port=${port}`], { stdio: 'ignore', env });
      const url = `http://127.0.0.1:${port}`;
      await until('WebKitWebDriver', async () => ((await fetch(`${url}/status`)).ok ? true : undefined));
      const capabilities = { 'webkitgtk:browserOptions': { binary: browser, args: ['--automation'] } };
      return sessionOf(await openWebDriver(url, capabilities), process_);
    },
    close: () => ended(screen),
  };
}

function sessionOf(driver: WebDriver, process_: ChildProcess): Session {
  let isFirst = true;
  return {
    version: driver.browserVersion,
    async newTab() {
      const handle = isFirst
        ? await driver.command<string>('GET', '/window')
        : (await driver.command<{ handle: string }>('POST', '/window/new', { type: 'tab' })).handle;
      isFirst = false;
      return tabOf(driver, handle);
    },
    async close() {
      await driver.end();
      await ended(process_);
    },
  };
}

/** A driver knows one current window: each command first says which one it means. */
function tabOf(driver: WebDriver, handle: string): Tab {
  const command: WebDriver['command'] = async (method, path, body) => {
    await driver.command('POST', '/window', { handle });
    return driver.command(method, path, body);
  };
  const element = async (selector: string): Promise<string> => {
    const found = await command<{ [ELEMENT]: string }>('POST', '/element', { using: 'css selector', value: selector });
    return `/element/${found[ELEMENT]}`;
  };
  return {
    open: (url) => command('POST', '/url', { url }),
    reload: () => command('POST', '/refresh'),
    show: () => driver.command('POST', '/window', { handle }),
    async click(selector) {
      // The driver scrolls an element to an edge only, where what is sticky covers it.
      const script = 'document.querySelector(arguments[0]).scrollIntoView({ block: "center" })';
      await command('POST', '/execute/sync', { script, args: [selector] });
      await command('POST', `${await element(selector)}/click`);
    },
    async type(selector, text) {
      const field = await element(selector);
      const { length } = await command<string>('GET', `${field}/property/value`);
      await command('POST', `${field}/value`, { text: BACKSPACE.repeat(length) + text });
    },
    async evaluate<Result, Args extends readonly unknown[]>(
      script: (...args: Args) => Result | Promise<Result>,
      ...args: Args
    ): Promise<Result> {
      const body = { script: asynchronous(String(script)), args };
      const { value, error } = await command<{ value: Result; error?: string }>('POST', '/execute/async', body);
      if (error === undefined) return value;
      throw new Error(error);
    },
    close: () => command('DELETE', '/window'),
  };
}

function asynchronous(script: string): string {
  return `const done = arguments[arguments.length - 1], args = [...arguments].slice(0, -1);
    (async () => (${script})(...args))().then((value) => done({ value }), (error) => done({ error: String(error) }));`;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const end = once(child, 'exit');
  child.kill();
  await end;
}

import type { Engine, Session, Tab } from './engine.ts';

/** The part of puppeteer-core that is used; typed here, so that we compile without it. */
interface Puppeteer {
  launch(options: object): Promise<PuppeteerBrowser>;
}

interface PuppeteerBrowser {
  version(): Promise<string>;
  newPage(): Promise<PuppeteerPage>;
  close(): Promise<void>;
}

interface PuppeteerPage {
  goto(url: string): Promise<unknown>;
  reload(): Promise<unknown>;
  bringToFront(): Promise<void>;
  evaluate<Result>(script: (...args: never[]) => unknown, ...args: readonly unknown[]): Promise<Result>;
  locator(selector: string): { click(): Promise<void>; fill(text: string): Promise<void> };
  setDefaultTimeout(timeoutMs: number): void;
  close(): Promise<void>;
}

const patienceMs = 60_000;

/** Firefox by WebDriver BiDi. @param executablePath of Firefox */
export async function openFirefox(executablePath: string): Promise<Engine> {
  const name = 'puppeteer-core';
  const { default: puppeteer } = (await import(name)) as { readonly default: Puppeteer };
  return {
    name: 'Firefox',
    noSecondLoad: null,
    async openSession(): Promise<Session> {
      const browser = await puppeteer.launch({ browser: 'firefox', executablePath, headless: true });
      return {
        version: await browser.version(),
        newTab: async () => tabOf(await browser.newPage()),
        close: () => browser.close(),
      };
    },
    close: () => Promise.resolve(),
  };
}

function tabOf(page: PuppeteerPage): Tab {
  page.setDefaultTimeout(patienceMs);
  return {
    open: async (url) => void (await page.goto(url)),
    reload: async () => void (await page.reload()),
    show: () => page.bringToFront(),
    click: (selector) => page.locator(selector).click(),
    type: (selector, text) => page.locator(selector).fill(text),
    evaluate: (script, ...args) => page.evaluate(script, ...args),
    close: () => page.close(),
  };
}

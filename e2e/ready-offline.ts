import type { Page } from '@playwright/test';

/**
 * Resolves once the page in which it runs, its workers and every later page of this profile can do without a network: the
 * service worker, which has kept the shell's programs before it began, serves this page, and all builds of the catalogue
 * are on this device. Stands by itself, so that old engines can run its text as well.
 * @throws Error what was still missing after a minute
 */
export function keptForOffline(): Promise<void> {
  const patienceMs = 60 * 1000;
  const { serviceWorker } = navigator;
  const { user } = JSON.parse(localStorage.getItem('testudo-session') || '{}') as { readonly user: string };
  const events = new BroadcastChannel(`testudo-events-${user}`);
  async function lookForMissing(): Promise<string> {
    if (serviceWorker.controller === null) return 'a service worker that serves this page';
    const kept = await caches.match('/__testudo/snapshot');
    const snapshot = kept ? await kept.json() : { revision: 0, builds: [] };
    const { revision, remotes } = await (await fetch('/api/catalog')).json();
    if (snapshot.revision === revision && snapshot.builds.length === remotes.length) return '';
    return `revision ${revision} with ${remotes.length} builds; ${snapshot.revision} with ${snapshot.builds.length} is kept`;
  }
  return new Promise<void>((resolve, reject) => {
    let missing = 'a first look';
    const late = (): void => reject(new Error(`not ready to be offline after ${patienceMs} ms, without ${missing}`));
    const timer = setTimeout(late, patienceMs);
    const end = (act: () => void): void => {
      clearTimeout(timer);
      act();
    };
    const look = (): void =>
      void lookForMissing().then(
        (found) => (found === '' ? end(resolve) : void (missing = found)),
        (error: unknown) => end(() => reject(error)),
      );
    serviceWorker.addEventListener('controllerchange', look);
    events.onmessage = ({ data }: MessageEvent<{ readonly type: string }>) => {
      if (data.type === 'snapshot') look();
    };
    look();
  }).then(() => events.close());
}

/** Waits until a page can do without a network. @throws Error what was still missing after a minute */
export async function readyOffline(page: Pick<Page, 'evaluate'>): Promise<void> {
  await page.evaluate(keptForOffline);
}

/** Takes the network away from a page that can do without it, and from all others of its profile. */
export async function goOffline(page: Page): Promise<void> {
  await readyOffline(page);
  await page.context().setOffline(true);
}

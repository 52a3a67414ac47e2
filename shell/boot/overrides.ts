import { TestudoError } from '@testudo/fabric/error';
import type { ShellConfig } from '@testudo/fabric/host/shell-config';

import type { Overrides } from '../routing/plan.ts';
import type { Notices } from '../ui/notices.ts';
import type { PageStorage } from './page-storage.ts';

export interface OverridesOptions {
  readonly mode: ShellConfig['mode'];
  readonly page: Pick<Location, 'search' | 'origin' | 'pathname'>;
  readonly storage: PageStorage;
  allowsOrigin(origin: string): boolean;
  readonly notices: Pick<Notices, 'show'>;
  /** Leaves the page for another. */
  open(url: string): void;
  /** what a developer is to read in the console */
  warn(error: TestudoError): void;
}

const prefix = 'testudo-remote-';

/**
 * Builds that a developer runs in place of the catalogue's: `?remote=name@url` of a `remote.json`, kept in the page's
 * storage until its banner's button removes it. In production mode there are none, and none from an origin that is
 * not allowed, whatever is asked for.
 */
export function openOverrides(options: OverridesOptions): Overrides {
  const { mode, page, storage, notices, open, warn } = options;
  const asked = new URLSearchParams(page.search).getAll('remote');
  const found = new Map<string, string>();
  if (mode !== 'development') {
    if (asked.length > 0) warn(new TestudoError('FORBIDDEN', '?remote= is ignored: it works in development mode only'));
    return found;
  }
  for (const text of asked) {
    const [, name = '', url = ''] = /^([a-z][a-z0-9-]{0,39})@(.+)$/.exec(text) ?? [];
    if (isAllowed(url, options)) storage.setItem(prefix + name, url);
    else
      warn(
        new TestudoError('ORIGIN_NOT_ALLOWED', `?remote=${text} is ignored: it is no name@url of an allowed origin`),
      );
  }
  for (const key of Object.keys(storage)) {
    const url = storage.getItem(key);
    if (key.startsWith(prefix) && isAllowed(url, options)) found.set(key.slice(prefix.length), url);
  }
  for (const [name, url] of found) {
    const run = (): void => {
      storage.removeItem(prefix + name);
      open(page.origin + page.pathname);
    };
    const text = `${name} comes from ${url}`;
    notices.show({ key: prefix + name, tone: 'warn', text, act: { label: 'Remove', run } });
  }
  return found;
}

function isAllowed(url: string | null, { allowsOrigin }: OverridesOptions): url is string {
  try {
    return allowsOrigin(new URL(url ?? '').origin);
  } catch {
    return false; // no URL at all: the caller says so
  }
}

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { Page } from '@playwright/test';

import { buildFaulty } from '../faulty-builds.ts';
import { serveOrigin } from '../origin.ts';
import { serveSite } from '../static-site.ts';

/** An application that lays down what it is given as `heldProps`, on an origin of its own. */
export interface Probe {
  /** Opens it in the shell at this address. */
  open(page: Page, shell: string): Promise<void>;
  close(): Promise<void>;
}

/** The shell as a static site. */
export interface Site {
  readonly url: string;
  close(): Promise<void>;
}

/** Builds and serves the probe. */
export async function serveProbe(): Promise<Probe> {
  const probe = await buildFaulty(['probe@plain']);
  const origin = await serveOrigin(probe.directory);
  const remote = `probe@${origin.url}/${probe.of('probe@plain').path}/remote.json`;
  return {
    async open(page, shell) {
      await page.goto(`${shell}/probe?remote=${encodeURIComponent(remote)}`);
      await page.waitForFunction(() => 'heldProps' in window);
    },
    async close() {
      await origin.close();
      probe.remove();
    },
  };
}

/** Exports a running server as a static site, by the command that a user has, and serves that. */
export async function exportSite(from: string, user: string): Promise<Site> {
  const to = mkdtempSync(join(tmpdir(), 'testudo-site-'));
  const command = join(import.meta.dirname, '../../server-bridge/site/main.ts');
  await promisify(execFile)(process.execPath, [command, '--from', from, '--to', to, '--user', user]);
  const site = await serveSite(to);
  return {
    url: site.url,
    async close() {
      await site.close();
      rmSync(to, { recursive: true, force: true });
    },
  };
}

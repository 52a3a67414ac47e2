import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { Page } from '@playwright/test';

import { buildFaulty } from '../faulty-builds.ts';
import { serveOrigin } from '../origin.ts';
import { serveSite } from '../static-site.ts';

/** The shell as a static site, with an application that lays down what it is given as `heldProps`. */
export interface HeldSite {
  open(page: Page): Promise<void>;
  close(): Promise<void>;
}

/** Exports a running server as a static site, by the command that a user has, and serves that. */
export async function heldSite(from: string, user: string): Promise<HeldSite> {
  const to = mkdtempSync(join(tmpdir(), 'testudo-site-'));
  const probe = await buildFaulty(['probe@plain']);
  const origin = await serveOrigin(probe.directory);
  const command = join(import.meta.dirname, '../../server-bridge/site/main.ts');
  await promisify(execFile)(process.execPath, [command, '--from', from, '--to', to, '--user', user]);
  const site = await serveSite(to);
  return {
    async open(page) {
      const remote = `probe@${origin.url}/${probe.of('probe@plain').path}/remote.json`;
      await page.goto(`${site.url}/probe?remote=${encodeURIComponent(remote)}`);
      await page.waitForFunction(() => 'heldProps' in window);
    },
    async close() {
      await site.close();
      await origin.close();
      probe.remove();
      rmSync(to, { recursive: true, force: true });
    },
  };
}

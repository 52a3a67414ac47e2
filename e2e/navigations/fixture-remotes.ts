import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { deploy } from '../deploy.ts';
import type { Running } from '../launch.ts';
import { serveOrigin } from '../origin.ts';

/** Applications whose every lifecycle asks the page's probe for leave, so that a test can hold it up or fail it. */
export const gated = ['north', 'south'] as const;

/** The container of a remote, written by hand: what a bundler makes of one expose without chunks. */
function containerOf(name: string): string {
  return `(() => {
    const pass = (step) => globalThis.probe?.pass('${name} ' + step);
    const paragraph = document.createElement('p');
    const application = {
      async bootstrap({ shell }) {
        await pass('bootstrap');
        if (globalThis.probe) globalThis.probe.navigate = (path) => shell.navigate(path);
      },
      async mount({ domElement, fail }) {
        await pass('mount');
        const heading = document.createElement('h1');
        heading.textContent = '${name}';
        domElement.append(heading, paragraph);
        if (globalThis.probe) globalThis.probe.fail = fail;
      },
      async unmount({ domElement }) {
        await pass('unmount');
        domElement.textContent = '';
      },
    };
    globalThis.testudo_${name}_b1 = { init: () => undefined, get: () => Promise.resolve(() => application) };
  })();`;
}

function sidecarOf(name: string, script: string): object {
  const integrity = `sha384-${createHash('sha384').update(script).digest('base64')}`;
  return {
    name,
    kind: 'ui',
    version: '1.0.0',
    build: 'b1',
    api: 1,
    mf: '2.9',
    entry: `${name}.js`,
    global: `testudo_${name}_b1`,
    exposes: ['./app'],
    files: [{ path: `${name}.js`, integrity, bytes: Buffer.byteLength(script) }],
    capabilities: {},
  };
}

/** Serves the gated applications and lets the demo's catalogue name them. @returns how to stop serving */
export async function deployGated(demo: Running): Promise<() => Promise<void>> {
  const directory = mkdtempSync(join(tmpdir(), 'testudo-gated-'));
  const origin = await serveOrigin(directory);
  for (const name of gated) {
    const script = containerOf(name);
    writeFileSync(join(directory, `${name}.js`), script);
    writeFileSync(join(directory, `${name}.json`), JSON.stringify(sidecarOf(name, script)));
    const { status, code } = await deploy(demo, name, `${origin.url}/${name}.json`);
    if (status !== 200) throw new Error(`${name} was not deployed: ${status} ${code}`);
  }
  return async () => {
    await origin.close();
    rmSync(directory, { recursive: true, force: true });
  };
}

import { parseArgs } from 'node:util';

import { installOwnPackages } from '../own-packages.ts';
import { openSuite, type Suite } from '../suite.ts';
import type { Engine } from './engine.ts';
import { openFirefox } from './firefox.ts';
import { runStory } from './story.ts';
import { findPath, findProgram, installInCi } from './system-packages.ts';
import { openWebKit } from './webkit.ts';

/** An engine with what it needs of the machine. */
interface Candidate {
  readonly name: string;
  readonly packages: readonly string[];
  /** `undefined`: not on this machine */
  find(): (() => Promise<Engine>) | undefined;
}

const candidates: readonly Candidate[] = [
  { name: 'Firefox', packages: ['firefox-esr'], find: findFirefox },
  { name: 'WebKitGTK', packages: ['webkit2gtk-driver', 'xvfb'], find: findWebKit },
];

function findFirefox(): (() => Promise<Engine>) | undefined {
  const path = findProgram('firefox-esr', 'firefox');
  return path === undefined ? undefined : () => openFirefox(path);
}

function findWebKit(): (() => Promise<Engine>) | undefined {
  const driver = findProgram('WebKitWebDriver');
  const xvfb = findProgram('Xvfb');
  const browser = findPath('/usr/{lib,libexec}/{*/,}webkit{2gtk,gtk}-*/MiniBrowser');
  if (driver === undefined || xvfb === undefined || browser === undefined) return undefined;
  return () => openWebKit({ driver, xvfb, browser });
}

async function runEngine(suite: Suite, { name, packages, find }: Candidate): Promise<void> {
  if (find() === undefined) installInCi(packages);
  const open = find();
  const missing = `${name} is not on this machine; on Debian run "apt-get install ${packages.join(' ')}"`;
  if (open === undefined && process.env['CI'] === undefined) return suite.skip(name, missing);
  await suite.test(`${name} - is there`, () =>
    open === undefined ? Promise.reject(new Error(missing)) : Promise.resolve(),
  );
  if (open === undefined) return;
  const engine = await open();
  try {
    await runStory(suite, engine);
  } finally {
    await engine.close();
  }
}

const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } });
const suite = openSuite('engines');
installOwnPackages(import.meta.dirname, ['puppeteer-core']);
for (const candidate of candidates.filter(({ name }) => name.toLowerCase().includes(values.only)))
  await runEngine(suite, candidate);
suite.finish();

import { deploy } from './deploy.ts';
import { buildFaulty } from './faulty-builds.ts';
import type { FaultyBuilds } from './faulty-builds.ts';
import { launch } from './launch.ts';
import type { Running } from './launch.ts';
import { serveOrigin } from './origin.ts';

/** The demo, and an origin with builds of the preset's fixtures that it may run. */
export interface DemoWithBuilds {
  readonly demo: Running;
  readonly builds: FaultyBuilds;
  /** Has the demo run a build, `remote@variant`. @throws Error when it will not */
  run(asked: string): Promise<void>;
  stop(): Promise<void>;
}

export interface DemoWithBuildsOptions {
  /** `remote@variant` each */
  readonly builds: readonly string[];
  /** those of them that it runs from the start, in this order */
  readonly running?: readonly string[];
  /** more environment of the server's */
  readonly env?: Record<string, string>;
}

/** Builds, serves and launches. */
export async function launchWithBuilds(options: DemoWithBuildsOptions): Promise<DemoWithBuilds> {
  const { builds: asked, running = [], env = {} } = options;
  const builds = await buildFaulty(asked);
  const origin = await serveOrigin(builds.directory);
  const demo = await launch({ env: { TESTUDO_ALLOWED_ORIGINS: origin.url, TESTUDO_DEVICE: 'off', ...env } });
  const run = async (each: string): Promise<void> => {
    const { name, path, integrity } = builds.of(each);
    const { status, code } = await deploy(demo, name, `${origin.url}/${path}/remote.json`, integrity);
    if (status !== 200) throw new Error(`${each} was not deployed: ${status} ${code}`);
  };
  for (const each of running) await run(each);
  return {
    demo,
    builds,
    run,
    async stop() {
      await demo.stop();
      await origin.close();
      builds.remove();
    },
  };
}

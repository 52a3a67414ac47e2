import type { FastifyRequest } from 'fastify';

import type { ContentPolicies } from './content-policies.ts';
import { withPolyfills } from './old-engine-files.ts';
import { isOldEngine } from './old-engine.ts';
import { pageHeadersFor } from './page-headers.ts';
import type { ShellFiles } from './shell-files.ts';

/** The shell as one engine gets it. */
export interface EngineShell {
  readonly files: ShellFiles;
  readonly pageHeaders: Readonly<Record<string, string>>;
}

/** Said with everything that another engine gets otherwise. */
export const byEngine = { vary: 'user-agent' };

/** The shell for the engine that asks. */
export function shellByEngine(
  files: ShellFiles,
  policies: Pick<ContentPolicies, 'page'>,
): (request: Pick<FastifyRequest, 'headers'>) => EngineShell {
  const forOld = withPolyfills(files);
  return ({ headers: { host = 'localhost', 'user-agent': userAgent } }) => {
    const isOld = isOldEngine(userAgent);
    return {
      files: isOld ? forOld : files,
      pageHeaders: { ...pageHeadersFor(userAgent, policies.page(host, { isOld })), ...byEngine },
    };
  };
}

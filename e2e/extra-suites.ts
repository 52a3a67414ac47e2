import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** A suite outside the workspaces: `run.ts` installs what it needs, runs, and writes `test-results/<name>.json`. */
export interface ExtraSuite {
  readonly name: string;
  /** path of its program in the repository */
  readonly program: string;
  /** why it is left out, and what runs it; `null`: it is not */
  readonly left: string | null;
}

const names = ['tv', 'engines', 'lighthouse'];

/** The suites that are there: all of them run in CI, elsewhere those whose packages have been installed before. */
export function extraSuites(root: string, environment: { readonly CI?: string | undefined }): readonly ExtraSuite[] {
  const isThere = (path: string): boolean => existsSync(join(root, path));
  return names
    .filter((name) => isThere(`e2e/${name}/run.ts`))
    .map((name) => {
      const runs = environment.CI !== undefined || isThere(`e2e/${name}/node_modules`);
      const left = runs
        ? null
        : `${name} is left out: its packages are not installed; "npm run test:${name}" does both`;
      return { name, program: `e2e/${name}/run.ts`, left };
    });
}

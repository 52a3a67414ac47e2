import { cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { TestudoError } from '@testudo/fabric/error';
import type { ShellConfig } from '@testudo/fabric/host/shell-config';

export interface SiteOptions {
  /** of the running server whose shell and catalogue are exported, such as `http://localhost:8080` */
  readonly from: string;
  /** directory of the built shell */
  readonly shell: string;
  /** directory that the site is written to; files of a former export are replaced */
  readonly to: string;
  /** whose the objects of every visitor are, and what roles he has */
  readonly session: { readonly user: string; readonly roles: readonly string[] };
  /** what each visitor's browser forwards to its broker */
  readonly sinks: NonNullable<ShellConfig['sinks']>;
}

/** Documents of the server that a browser alone starts from, each a file of the site. */
const documents = ['index.html', 'sw.js', 'config.json', 'api/catalog', 'api/session'] as const;

/**
 * Writes the shell as a static site, whose visitors need no server of ours: each browser puts its own objects' ops in
 * order. Besides the files, `_headers` says in the form that static hosts read which headers the page needs.
 * @throws TestudoError `UNAVAILABLE` when the server does not answer with one of the documents
 */
export async function exportSite(options: SiteOptions): Promise<void> {
  const { from, shell, to, session, sinks } = options;
  await cp(shell, to, { recursive: true });
  const page = await get(from, '/');
  const config = (await (await get(from, '/config.json')).json()) as ShellConfig;
  const alone: ShellConfig = { ...config, authority: 'browser', demo: false, sinks };
  const texts: { readonly [path in (typeof documents)[number]]: string } = {
    'index.html': await page.text(),
    'sw.js': await (await get(from, '/sw.js')).text(),
    'config.json': JSON.stringify(alone),
    'api/catalog': await (await get(from, '/api/catalog')).text(),
    'api/session': JSON.stringify({ ...session, tenant: config.tenant }),
  };
  for (const path of documents) await write(join(to, path), texts[path]);
  await write(join(to, '_headers'), headersOf(page));
}

async function get(from: string, path: string): Promise<Response> {
  const response = await fetch(new URL(path, from), { headers: { accept: 'text/html, */*' } }).catch(
    (cause: unknown) => {
      throw new TestudoError('UNAVAILABLE', `${from} does not answer; start it, or name another one by --from`, {
        cause,
      });
    },
  );
  if (response.ok) return response;
  throw new TestudoError('UNAVAILABLE', `${from}${path} answered ${response.status}; is that a Testudo server?`);
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

const kept = ['content-security-policy', 'cross-origin-opener-policy', 'permissions-policy', 'referrer-policy'];

function headersOf({ headers }: Response): string {
  const lines = [...headers].filter(([name]) => kept.includes(name)).map(([name, value]) => `  ${name}: ${value}\n`);
  return `/*\n${lines.join('')}/api/*\n  content-type: application/json\n`;
}

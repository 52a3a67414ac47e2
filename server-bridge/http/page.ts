import { createHash } from 'node:crypto';

import { TestudoError } from '@testudo/fabric/error';

import type { ShellFiles } from './shell-files.ts';

/** What stands in `index.html` where the server writes the shell's script element. */
export const SCRIPT_MARK: RegExp = /<!--\s*testudo:script\s*-->/;

const plainTemplate = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Testudo</title>
<!--testudo:script-->
</head>
<body><div id="testudo"></div><noscript>Testudo needs JavaScript.</noscript></body>
</html>
`;

/**
 * The page of every navigation: the shell's `index.html` with its script, whose digest the browser checks.
 * @throws TestudoError `UNAVAILABLE` while the shell is not built
 */
export async function renderPage(files: ShellFiles): Promise<string> {
  const [template, script] = await Promise.all([files.read('/index.html'), files.read('/shell.js')]);
  if (script === undefined) throw new TestudoError('UNAVAILABLE', 'the shell is not built; run npm run build');
  const integrity = `sha384-${createHash('sha384').update(script.bytes).digest('base64')}`;
  const element = `<script src="/shell.js" integrity="${integrity}" crossorigin="anonymous" defer></script>`;
  return (template?.bytes.toString('utf8') ?? plainTemplate).replace(SCRIPT_MARK, element);
}

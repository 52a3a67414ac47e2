import { TestudoError } from '@testudo/fabric/error';

import { integrityOf } from './shell-files.ts';
import type { ShellFile, ShellFiles } from './shell-files.ts';

/** What stands in `index.html` where the server writes the shell's script elements. */
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
 * The page of every navigation: the shell's `index.html` with its scripts, whose digests the browser checks.
 * @throws TestudoError `UNAVAILABLE` while the shell is not built
 */
export async function renderPage(files: ShellFiles): Promise<string> {
  const paths = ['/index.html', '/shell.js', '/update.js'];
  const [template, shell, update] = await Promise.all(paths.map((path) => files.read(path)));
  if (shell === undefined) throw new TestudoError('UNAVAILABLE', 'the shell is not built; run npm run build');
  const elements = scriptElement(shell) + (update === undefined ? '' : scriptElement(update));
  return (template?.bytes.toString('utf8') ?? plainTemplate).replace(SCRIPT_MARK, elements);
}

function scriptElement({ path, bytes }: ShellFile): string {
  return `<script src="${path}" integrity="${integrityOf(bytes)}" crossorigin="anonymous" defer></script>`;
}

import { TestudoError } from '@testudo/fabric/error';

import { integrityOf } from './shell-files.ts';
import type { ShellFile, ShellFiles } from './shell-files.ts';

/** What stands in `index.html` where the server writes the shell's script elements. */
export const SCRIPT_MARK: RegExp = /<!--\s*testudo:script\s*-->/;

/** The programs of the page, in their order; the first is the shell itself, the others nothing waits for. */
const SCRIPTS = ['/shell.js', '/update.js', '/arrow-keys.js', '/keeping.js'];

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
  const template = await files.read('/index.html');
  const scripts = await Promise.all(SCRIPTS.map((path) => files.read(path)));
  if (scripts[0] === undefined) throw new TestudoError('UNAVAILABLE', 'the shell is not built; run npm run build');
  const elements = scripts.map((file, index) => (file === undefined ? '' : scriptElement(file, index === 0))).join('');
  return (template?.bytes.toString('utf8') ?? plainTemplate).replace(SCRIPT_MARK, elements);
}

/** Of deferred scripts browsers fetch none before the style sheets are there, unless told which one the page waits for. */
function scriptElement({ path, bytes }: ShellFile, isFirst: boolean): string {
  const attributes = `integrity="${integrityOf(bytes)}" crossorigin="anonymous" defer`;
  return `<script src="${path}" ${attributes} fetchpriority="${isFirst ? 'high' : 'low'}"></script>`;
}

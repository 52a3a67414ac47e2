import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { TestudoError } from '@testudo/fabric/error';

const root = resolve(import.meta.dirname, '../..');

/** The files that the live proof refers to; no other file can be read here. */
export const shownFiles: readonly string[] = [
  'e2e/demo.spec.ts',
  'e2e/tamper.spec.ts',
  'fabric/catalog/admit-build.ts',
  'fabric/catalog/integrity.ts',
  'fabric/host/flow-runner.ts',
  'fabric/sync/authority.ts',
  'remotes/fulfilment/warehouse.ts',
  'remotes/order/order-ports.ts',
  'remotes/order/order.ts',
  'fabric/host/judge-op.ts',
  'server-bridge/catalog/catalog-service.ts',
  'shell/boot/overrides.ts',
];

/** A passage of a file: from the line that has some text to the end of what begins there. */
export interface Passage {
  readonly file: string;
  readonly find: string;
}

const style = `
h1 { font-size: var(--step-2); overflow-wrap: anywhere; }
p { margin: var(--space-3) 0; }
pre { margin: 0; padding: var(--space-3) 0; overflow: auto; border: 1px solid var(--color-line);
  border-radius: var(--radius-m); background: var(--color-raised); font-size: var(--step--1); line-height: 1.6; }
code { display: block; min-width: -moz-fit-content; min-width: fit-content; font-size: 1em; counter-reset: line; }
span { display: block; padding: 0 var(--space-4); white-space: pre; scroll-margin-top: 30vh; }
span::before { display: inline-block; width: 4ch; margin-right: 2ch; color: var(--color-muted); text-align: right;
  counter-increment: line; content: counter(line); }
span.marked { background: var(--color-accent-soft); box-shadow: inset 4px 0 var(--color-accent); }
`;

/** What a source page may load: its own styles and the design system, and nothing else. */
export const sourceHeaders: { readonly [name: string]: string } = {
  'content-security-policy': `default-src 'none'; img-src 'self'; style-src 'self' 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'cache-control': 'no-cache',
};

/**
 * A page with a source file of this repository, a passage of it marked; its first line is `#marked`.
 * @throws TestudoError `NOT_FOUND` for a file that is not shown, or a text that is not in it
 */
export async function sourcePage({ file, find }: Passage): Promise<string> {
  const shown = shownFiles.find((path) => path === file);
  if (shown === undefined) throw new TestudoError('NOT_FOUND', 'this file is not shown; the live proof links to some');
  const lines = (await readFile(join(root, shown), 'utf8')).trimEnd().split('\n');
  const first = lines.findIndex((line) => line.includes(find));
  if (find === '' || first < 0) throw new TestudoError('NOT_FOUND', `${shown} has no such line; has it been changed?`);
  return render(shown, lines, { first, last: endOfBlock(lines, first) });
}

/** The last line of what begins at a line: everything that is indented more, and the line that closes it. */
function endOfBlock(lines: readonly string[], first: number): number {
  const indent = indentOf(lines[first] ?? '');
  const isInner = (line: string): boolean => line.trim() === '' || indentOf(line) > indent;
  const length = lines.slice(first + 1).findIndex((line) => !isInner(line) && !/^\s*\) *[:=]/.test(line));
  if (length < 0) return lines.length - 1;
  const next = first + 1 + length;
  return /^\s*[\])}]/.test(lines[next] ?? '') ? next : next - 1;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function render(
  file: string,
  lines: readonly string[],
  { first, last }: { readonly first: number; readonly last: number },
): string {
  const rows = lines.map((line, index) => {
    const isMarked = index >= first && index <= last;
    const id = index === first ? ' id="marked"' : '';
    return `<span${id}${isMarked ? ' class="marked"' : ''}>${escaped(line) || ' '}</span>`;
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${file} — Testudo</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/styles/design.css">
<style>${style}</style>
</head>
<body>
<main class="t-page">
<h1>${file}</h1>
<p>Lines ${first + 1} to ${last + 1} are marked. The file as it is on this machine. <a href="/">To the live proof</a></p>
<pre tabindex="0" aria-label="${file}"><code>${rows.join('')}</code></pre>
</main>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

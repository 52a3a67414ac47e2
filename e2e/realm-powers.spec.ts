import { expect, type Page, test } from '@playwright/test';

import { languageGlobals } from '../fabric/realm/allowed-globals.ts';
import { reachable } from '../fabric/testing/reachable.ts';
import type { Reached } from '../fabric/testing/reachable.ts';
import { launch, type Running } from './launch.ts';

let demo: Running;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  demo = await launch();
});

test.afterAll(async () => demo.stop());

const language = JSON.stringify(languageGlobals.filter((name) => !['globalThis', 'self', 'undefined'].includes(name)));
const hidden = `[function* () {}, async function* () {}, async () => {}, [][Symbol.iterator](), new Map().entries(),
  new Set().values(), ''[Symbol.iterator](), 'a'.matchAll(/a/g)]`;
const roots = `${language}.filter((name) => name in globalThis).map((name) => ['language.' + name, globalThis[name]])
  .concat([['language.hidden', ${hidden}]])`;
const walk = (values: string): string => `(() => { ${reachable.toString()}; return reachable(${values}); })()`;

/** SES's own, which call themselves native; minified, some have names of one letter. */
const ofSes =
  /^function (\w|harden|value|transferToImmutable|sliceToImmutable|get immutable)\(\) \{ \[native code\] \}$/;
/** Gives `globalThis`. */
const isSelf = ({ text }: Reached): boolean => text === 'function get self() { [native code] }';
/** The builds' own: rspack binds it to the array of their chunks. */
const isChunkPush = ({ path }: Reached): boolean => /^global\.testudo_\w+_c\.push$/.test(path);

test('what a realm in a browser reaches is the language and functions of ours', async ({ page, context }) => {
  const bare = await context.newPage();
  const natives = new Set(((await bare.evaluate(walk(roots))) as readonly Reached[]).map(({ text }) => text));
  const inRealm = await realmOf(page);
  await page.goto(demo.url);
  await expect(page.getByTestId('pane-here')).toHaveAttribute('data-hash', /^sha384-/);
  const found = (await inRealm(
    walk(`${roots}.concat([['global', globalThis], ['samples', [
      new URL('https://a.test/?q=1').searchParams, new AbortController(), AbortSignal.abort(), new TextDecoder(),
      (() => { try { return atob('*'); } catch (error) { return error; } })(),
    ]]])`),
  )) as readonly Reached[];
  expect(found.length).toBeGreaterThan(1000);
  expect(found.length).toBeLessThan(20_000);
  const strangers = found.filter(
    (reached) =>
      reached.text.includes('[native code]') &&
      !(reached.path.startsWith('language') && (natives.has(reached.text) || ofSes.test(reached.text))) &&
      !isChunkPush(reached) &&
      !isSelf(reached),
  );
  expect(strangers.map(({ path, text }) => `${path}: ${text}`)).toEqual([]);
});

/** Runs an expression in the realm's worker by the browser's own protocol: Playwright's `evaluate` needs `eval`. */
async function realmOf(page: Page): Promise<(expression: string) => Promise<unknown>> {
  const session = await page.context().newCDPSession(page);
  let realm = '';
  session.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
    if (targetInfo.type === 'worker' && targetInfo.url.includes('realm')) realm = sessionId;
  });
  await session.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  return (expression) =>
    new Promise((resolve, reject) => {
      session.on('Target.receivedMessageFromTarget', ({ message }) => {
        const { id, result, error } = JSON.parse(message) as Answer;
        if (id !== 1) return;
        if (result?.exceptionDetails || !result) reject(new Error(JSON.stringify(result ?? error)));
        else resolve(result.result.value);
      });
      const message = { id: 1, method: 'Runtime.evaluate', params: { expression, returnByValue: true } };
      session.send('Target.sendMessageToTarget', { sessionId: realm, message: JSON.stringify(message) }).catch(reject);
    });
}

interface Answer {
  readonly id?: number;
  readonly error?: unknown;
  readonly result?: { readonly result: { readonly value: unknown }; readonly exceptionDetails?: unknown };
}

import type { AppProps } from '@testudo/fabric/application';
import type { CatalogRemote } from '@testudo/fabric/catalog/catalog';
import { expect, test } from 'vitest';

import { Applications } from './applications.ts';
import type { PageBuilds } from './page-builds.ts';
import type { Plan } from './plan.ts';
import { firstSegment } from './route.ts';

const segment = firstSegment(location.pathname);

/** What is mounted at the test's own path by these remotes. */
function planOf(...names: readonly string[]): Plan {
  const route = { segment, title: 'Store', order: 1 };
  const remotes = names.map((name) => ({ name, kind: 'ui', build: 'b1', route }) as CatalogRemote);
  return { revision: 1, remotes: remotes.map((remote) => ({ remote, admitted: undefined })) };
}

const log: string[] = [];
/** of the first application: what was asked for, and when the rest of the page began */
const begun: string[] = [];
const step = (text: string) => async () => void log.push(text);
const builds = {
  plan: planOf('first'),
  adopt(next: Plan) {
    this.plan = next;
  },
  current: async (name: string) => ({ sidecar: { name, build: 'b1', global: `${name}_b1` }, baseUrl: '' }),
  load: async ({ sidecar: { name } }: { readonly sidecar: { readonly name: string } }) => {
    begun.push(`load ${name}`);
    return { mount: step(`mount ${name}`), unmount: step(`unmount ${name}`) };
  },
  evict: (global: string) => log.push(`evict ${global}`),
};
/** single-spa begins once in a page */
const applications = new Applications({
  main: document.createElement('main'),
  builds: builds as unknown as PageBuilds,
  props: (_route, { element }) => ({ domElement: element }) as AppProps,
  onFirstMount: () => begun.push('the rest'),
  onMounted: () => undefined,
  onFailed: (_route, error) => log.push(String(error)),
  onError: (error) => log.push(String(error)),
});
applications.begin();

const of = (name: string): readonly string[] => log.filter((text) => text.includes(name));

test('the first application asks for its files before the rest of the page begins', async () => {
  await expect.poll(() => of('first')).toEqual(['mount first']);
  expect(begun.slice(0, 2)).toEqual(['load first', 'the rest']);
});

test('an application that is not in the plan any more leaves the screen, and its build the page', async () => {
  applications.adopt(planOf('store'));
  await expect.poll(() => of('store')).toEqual(['mount store']);
  applications.adopt(planOf());
  await expect.poll(() => of('store')).toEqual(['mount store', 'unmount store', 'evict store_b1']);
});

test('another application takes the place of one that has gone', async () => {
  applications.adopt(planOf('shelf'));
  await expect.poll(() => of('shelf')).toEqual(['mount shelf']);
  applications.adopt(planOf('shop'));
  await expect.poll(() => of('shop')).toEqual(['mount shop']);
  applications.adopt(planOf());
});

test('one that is back before it has gone is shown again when it has', async () => {
  applications.adopt(planOf('help'));
  await expect.poll(() => of('help')).toEqual(['mount help']);
  applications.adopt(planOf());
  applications.adopt(planOf('help'));
  await expect.poll(() => of('help')).toEqual(['mount help', 'unmount help', 'evict help_b1', 'mount help']);
});

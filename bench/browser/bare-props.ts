import type { AppModels, AppProps, AppShell, ModelClient } from '@testudo/fabric/application';
import type { ObjectState } from '@testudo/fabric/record/object-state';
import { navigateToUrl } from 'single-spa';

import { products } from '../../server-bridge/seed-data.ts';

const states = products.map((fields, index): ObjectState => {
  const made = { owner: 'sam', createdMs: 0, updatedMs: 0, flow: null, deleted: false };
  return { id: `p${index}`, modelName: 'inventory', version: 1, seq: index + 1, schemaVersion: 1, fields, ...made };
});

const nothing = { dispose: (): void => undefined };
const refuse = (): Promise<never> => Promise.reject(new Error('this page only shows'));

async function* shownOneByOne(shown: readonly ObjectState[]): AsyncIterable<ObjectState> {
  yield* shown;
}

function modelOf(shown: readonly ObjectState[]): ModelClient {
  return {
    create: refuse,
    update: refuse,
    delete: refuse,
    command: refuse,
    call: refuse,
    find: refuse,
    list: () => Promise.resolve(shown),
    each: () => shownOneByOne(shown),
    page: () => Promise.resolve({ objects: shown, next: null }),
    count: () => Promise.resolve(shown.length),
    history: refuse,
    watch(listener) {
      queueMicrotask(() => listener(shown));
      return nothing;
    },
  };
}

const models: AppModels = {
  get: (name) => modelOf(name === 'inventory' ? states : []),
  refused: () => Promise.resolve([]),
  dismiss: refuse,
  watchSync: () => nothing,
  onRepair: () => nothing,
};

const shell: AppShell = {
  user: { name: 'ada', roles: ['customer'] },
  online: true,
  build: 'bench',
  mode: 'development',
  catalog: () => ({ revision: 1, remotes: [] }) as unknown as ReturnType<AppShell['catalog']>,
  report: refuse,
  storage: refuse,
  peerReports: () => Promise.resolve([]),
  navigate: (path) => navigateToUrl(path),
  announce: () => undefined,
  setNetwork: refuse,
  signIn: refuse,
};

/** What the demo's applications need to show themselves without a shell: no host, and the data is in the page already. */
export function propsOf(name: string): Omit<AppProps, 'name'> {
  const domElement = document.createElement('div');
  document.querySelector('main')?.append(domElement);
  return {
    domElement,
    basePath: '/',
    models,
    events: { on: () => nothing },
    platform: {
      kind: 'web',
      locale: 'en',
      storage: {
        get: (key) => localStorage.getItem(`${name}.${key}`),
        set: (key, value) => localStorage.setItem(`${name}.${key}`, value),
      },
    },
    shell,
    fail: () => undefined,
  };
}

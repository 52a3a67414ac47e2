/** The one package of ours that a remote's source may import. */
const door = '@testudo/fabric';

/** The files of a new UI remote by path: one page without a framework, for its author to change. */
export function starterFiles(name: string): { readonly [path: string]: string } {
  return {
    'package.json': json({
      name: `@testudo/remote-${name}`,
      version: '1.0.0',
      private: true,
      license: 'MIT',
      type: 'module',
      dependencies: { [door]: '0.1.0' },
    }),
    'tsconfig.json': tsconfigText(name),
    'remote.config.ts': configSource(name),
    'app.ts': appSource(name),
  };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** As the formatter leaves it. */
function tsconfigText(name: string): string {
  return `{
  "extends": "../../tsconfig.check.json",
  "compilerOptions": {
    "lib": ["ES2019", "DOM", "DOM.Iterable"],
    "types": [],
    "tsBuildInfoFile": "../../.tsbuild/remotes-${name}.tsbuildinfo"
  },
  "include": ["**/*.ts", "**/*.tsx"],
  "exclude": ["**/*.test.ts", "remote.config.ts"],
  "references": [{ "path": "../../fabric" }]
}
`;
}

function configSource(name: string): string {
  return `import type { RemoteDescription } from '@testudo/remote-preset';

/** What the preset builds: a UI remote, whose application is what \`app.ts\` exports. */
export const remote: RemoteDescription = {
  name: '${name}',
  kind: 'ui',
  version: '1.0.0',
  exposes: { './app': './app.ts' },
};
`;
}

function appSource(name: string): string {
  return `import type { Application, Disposable } from '${door}';

/**
 * The application behind \`/${name}\`, as the shell sees it: single-spa's three lifecycles. Each gets the same props:
 * \`domElement\` is this application's place on the page, \`models\` the objects of this browser's host.
 */
function createApplication(): Application {
  let orders: Disposable | undefined;

  return {
    /** Once, before the first visit. */
    bootstrap: () => Promise.resolve(),

    /** At each visit: draw, and begin to listen. */
    mount: ({ domElement, models, shell }) => {
      const count = element('p', 'Orders: …');
      const page = element('div', '');
      page.className = 't-page'; // the shell's own look: shell/styles/design.css has more
      page.append(element('h1', 'Hello from ${name}'), count, element('p', 'Build ' + shell.build));
      domElement.append(page);

      // Calls back now and after each change, wherever it was made: in this tab, another one, or on the server.
      orders = models.get('order').watch((states) => {
        count.textContent = 'Orders: ' + String(states.length);
      });
      return Promise.resolve();
    },

    /** When the user goes elsewhere: leave nothing behind. */
    unmount: ({ domElement }) => {
      orders?.dispose();
      domElement.textContent = '';
      return Promise.resolve();
    },
  };
}

function element(tag: string, text: string): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}

export const { bootstrap, mount, unmount } = createApplication();
`;
}

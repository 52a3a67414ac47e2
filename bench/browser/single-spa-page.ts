import * as help from 'bench-help';
import * as store from 'bench-store';
import { navigateToUrl, registerApplication, start } from 'single-spa';

import { propsOf } from './bare-props.ts';

/* The demo's own shop and help page under bare single-spa: no shell, no host. */

function addLink(name: string): void {
  const link = document.createElement('a');
  link.href = `/${name}`;
  link.textContent = name;
  link.addEventListener('click', (event) => {
    event.preventDefault();
    navigateToUrl(link.href);
  });
  document.body.prepend(link);
}

for (const [name, app] of Object.entries({ store, help })) {
  addLink(name);
  registerApplication({
    name,
    app: () => Promise.resolve(app as never),
    activeWhen: ({ pathname }) => pathname.startsWith(`/${name}`),
    customProps: propsOf(name),
  });
}
start({ urlRerouteOnly: true });

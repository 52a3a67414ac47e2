import './help.css';

import type { Application } from '@testudo/fabric';

import { helpPage } from './help-page.ts';

const application: Application = {
  bootstrap: () => Promise.resolve(),
  mount: ({ domElement, shell }) => {
    domElement.append(helpPage(__TESTUDO_BUILD__, (path) => shell.navigate(path)));
    return Promise.resolve();
  },
  unmount: ({ domElement }) => {
    while (domElement.firstChild !== null) domElement.firstChild.remove();
    return Promise.resolve();
  },
};

/** The single-spa lifecycles of the help page. */
export const { bootstrap, mount, unmount } = application;

import type { Application, AppProps } from '@testudo/fabric';
import { StrictMode } from 'react';
import type { ReactNode } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import type { Root } from 'react-dom/client';

/** Lifecycles that render a React tree into the application's own element, and take it away again wholly. */
export function reactApplication(render: (props: AppProps) => ReactNode): Application {
  const roots = new WeakMap<HTMLElement, Root>();
  return {
    bootstrap: () => Promise.resolve(),
    mount: (props) => {
      // what no part of the page has caught takes the page with it: the shell shows its card in the place
      const root = createRoot(props.domElement, { onUncaughtError: (error) => props.fail(error) });
      roots.set(props.domElement, root);
      // at once, so that the shell finds a heading to move the focus to
      flushSync(() => root.render(<StrictMode>{render(props)}</StrictMode>));
      return Promise.resolve();
    },
    unmount: (props) => {
      roots.get(props.domElement)?.unmount();
      roots.delete(props.domElement);
      return Promise.resolve();
    },
  };
}

import { registerApplication, start } from 'single-spa';

import { propsOf } from './bare-props.ts';

/* What one writes by hand: single-spa and Module Federation, each application a remote of another origin. */

registerApplication({
  name: 'help',
  app: () => import('help/app') as never,
  activeWhen: ({ pathname }) => pathname.startsWith('/help'),
  customProps: propsOf('help'),
});
registerApplication({
  name: 'store',
  app: () => import('store/app') as never,
  activeWhen: ({ pathname }) => pathname.startsWith('/store'),
  customProps: propsOf('store'),
});
start({ urlRerouteOnly: true });

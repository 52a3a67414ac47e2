import './store.css';

import { reactApplication } from './react-application.tsx';
import { StorePage } from './store-page.tsx';

/** The single-spa lifecycles of the shop. */
export const { bootstrap, mount, unmount } = reactApplication((props) => <StorePage app={props} />);

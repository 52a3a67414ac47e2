import './proof.css';

import { ProofPage } from './proof-page.tsx';
import { reactApplication } from './react-application.tsx';

/** The single-spa lifecycles of the live proof. */
export const { bootstrap, mount, unmount } = reactApplication((props) => <ProofPage app={props} />);

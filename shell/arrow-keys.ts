import { arrowKeys } from './arrow-keys/arrow-keys.ts';

// A script of its own, so that no first frame waits for it.
arrowKeys(document);

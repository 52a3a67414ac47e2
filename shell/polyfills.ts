import { addMissing } from './polyfills/add-missing.ts';
import { globalsOf, objectStatics, promiseStatics, stringMethods, symbolProperties } from './polyfills/language.ts';
import { addLocks } from './polyfills/locks.ts';
import { addAbortReason, parentMethods } from './polyfills/platform.ts';
import { takeDefaultPolicy } from './polyfills/default-policy.ts';

/*
 * What old engines lack. The server puts it before the first program of page and workers for them alone; each piece
 * looks first whether it is there.
 */
addMissing(self, globalsOf(self));
addMissing(Object, objectStatics);
addMissing(Promise, promiseStatics);
addMissing(String.prototype, stringMethods);
addMissing(Symbol.prototype, symbolProperties);
if (typeof document !== 'undefined') {
  for (const { prototype } of [Element, DocumentFragment, Document]) addMissing(prototype, parentMethods);
}
addAbortReason();
addLocks();
takeDefaultPolicy(globalThis as unknown as Parameters<typeof takeDefaultPolicy>[0]);

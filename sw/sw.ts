import { clientsClaim } from 'workbox-core';
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching';
import type { PrecacheEntry } from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';

import { admittedFile, mayBeAdmitted } from './admitted-builds.ts';

declare const self: ServiceWorkerGlobalScope & { readonly __WB_MANIFEST: (PrecacheEntry | string)[] };

// The server replaces this expression by the list of the shell's files with their revisions.
precacheAndRoute(self.__WB_MANIFEST);
cleanupOutdatedCaches();

const reserved = /^\/(api|health|metrics|builds|sw\.js|config\.json)(\/|$)/;
registerRoute(new NavigationRoute(createHandlerBoundToURL('/'), { denylist: [reserved] }));
registerRoute(
  ({ request, url }) => mayBeAdmitted(request, url, self.location.origin),
  ({ request }) => admittedFile(caches, request),
);

// A new version waits until a user asks for it: the update prompt sends this message.
self.addEventListener('message', (event) => {
  if ((event.data as { type?: unknown } | null)?.type === 'SKIP_WAITING') void self.skipWaiting();
});
clientsClaim();

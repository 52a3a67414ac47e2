import { cacheNames, clientsClaim } from 'workbox-core';
import {
  cleanupOutdatedCaches,
  createHandlerBoundToURL,
  getCacheKeyForURL,
  precacheAndRoute,
} from 'workbox-precaching';
import type { PrecacheEntry } from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';

import { admittedFile, mayBeAdmitted } from './admitted-builds.ts';
import { healPrecache } from './heal-precache.ts';
import type { KeptFile } from './heal-precache.ts';
import { ownAddresses } from './own-addresses.ts';

declare const self: ServiceWorkerGlobalScope & { readonly __WB_MANIFEST: (PrecacheEntry & KeptFile)[] };

// The server replaces this expression by the list of the shell's files with their revisions.
const files = self.__WB_MANIFEST;
// Comes first: a listener that responds keeps the event from all after it. Without a network the next navigation tries.
self.addEventListener('fetch', (event) => {
  if (event.request.mode !== 'navigate') return;
  const heal = async (): Promise<void> =>
    healPrecache(await caches.open(cacheNames.precache), files, getCacheKeyForURL);
  event.waitUntil(heal().catch(() => undefined));
});

precacheAndRoute(files);
cleanupOutdatedCaches();

registerRoute(new NavigationRoute(createHandlerBoundToURL('/'), { denylist: [ownAddresses] }));
registerRoute(
  ({ request, url }) => mayBeAdmitted(request, url, self.location.origin),
  ({ request }) => admittedFile(caches, request),
);

// A new version waits until a user asks for it: the update prompt sends this message.
self.addEventListener('message', (event) => {
  if ((event.data as { type?: unknown } | null)?.type === 'SKIP_WAITING') void self.skipWaiting();
});
clientsClaim();

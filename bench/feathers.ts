import { loadFeathers, loadFeathersDistributed } from './peers.ts';
import type { FeathersApp } from './peers.ts';

/**
 * One of two Feathers applications that find each other by UDP at a port of their own: the `server` offers `bench`, which
 * gives back what it gets. `undefined` where Feathers is not installed.
 */
export async function openFeathers(role: 'server' | 'client', udpPort: number): Promise<FeathersApp | undefined> {
  const feathers = await loadFeathers();
  const distributed = await loadFeathersDistributed();
  if (feathers === undefined || distributed === undefined) return undefined;
  const app = feathers.feathers();
  app.configure(
    distributed({
      key: role,
      services: ({ path }: { readonly path: string }) => path === 'bench',
      remoteServices: () => role === 'client',
      publishEvents: false,
      componentDelay: 100,
      publicationDelay: 500,
      cote: { port: udpPort, helloInterval: 500, checkInterval: 1000, nodeTimeout: 60_000, masterTimeout: 60_000 },
    }),
  );
  if (role === 'server') app.use('bench', { create: async (data: unknown) => data });
  await app.setup();
  return app;
}

/** Resolves when the client has heard of the service. */
export async function feathersService(app: FeathersApp): Promise<ReturnType<FeathersApp['service']>> {
  if (!('bench' in app.services)) await new Promise<void>((resolve) => app.once('service', () => resolve()));
  return app.service('bench');
}

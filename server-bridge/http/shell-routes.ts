import type { IncomingMessage } from 'node:http';

import { TestudoError } from '@testudo/fabric/error';
import type { ShellConfig } from '@testudo/fabric/host/shell-config';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { createOriginPolicy } from '../origin-policy.ts';
import type { CatalogService } from '../catalog/catalog-service.ts';
import type { AppServices } from './app-services.ts';
import { createContentPolicies } from './content-policies.ts';
import type { ContentPolicies } from './content-policies.ts';
import { renderPage } from './page.ts';
import { preloadLinks } from './preload-links.ts';
import { createRevalidate } from './revalidation.ts';
import type { Revalidate } from './revalidation.ts';
import { renderServiceWorker } from './service-worker.ts';
import { byEngine, shellByEngine } from './shell-by-engine.ts';
import type { EngineShell } from './shell-by-engine.ts';
import { createShellFiles } from './shell-files.ts';

const HASHED = /\.[0-9a-f]{8,}\.[a-z0-9]+$/;
const RESERVED = /^\/(api|health|metrics|sw\.js|config\.json|builds)(\/|$)/;

/** The shell: its page at every navigation, its files, its service worker and `/config.json`. */
export function addShellRoutes(app: FastifyInstance, { configuration, catalog, live }: AppServices): void {
  const origins = createOriginPolicy(configuration);
  const policies = createContentPolicies(configuration, origins, () => live.effective());
  const shellFor = shellByEngine(createShellFiles(configuration.shellDirectory), policies);
  const revalidated = createRevalidate();
  const config = (): ShellConfig => ({
    schema: 1,
    mode: configuration.mode,
    allowedOrigins: origins.sources,
    policy: policies.digest,
    tenant: configuration.tenant,
    host: live.effective(),
    revision: live.current().revision,
    demo: configuration.demoFile !== null,
  });
  app.get('/config.json', (request, reply) =>
    revalidated(request, reply, { type: 'application/json; charset=utf-8', content: JSON.stringify(config()) }),
  );
  app.get('/sw.js', async (request, reply) => {
    const { files, pageHeaders } = shellFor(request);
    const script = await renderServiceWorker(files, await renderPage(files), pageHeaders);
    if (script === undefined) throw new TestudoError('NOT_FOUND', 'the service worker is not built; run npm run build');
    void reply.headers({ ...policies.file('/sw.js', hostOf(request)), ...byEngine, 'service-worker-allowed': '/' });
    return revalidated(request, reply, { type: 'text/javascript; charset=utf-8', content: script });
  });
  app.get('/*', (request, reply) =>
    sendFileOrPage(request, reply, { ...shellFor(request), policies, revalidated, catalog }),
  );
}

interface ShellService extends EngineShell {
  readonly policies: ContentPolicies;
  readonly revalidated: Revalidate;
  readonly catalog: Pick<CatalogService, 'running'>;
}

async function sendFileOrPage(
  request: FastifyRequest,
  reply: FastifyReply,
  { files, pageHeaders, policies, revalidated, catalog }: ShellService,
): Promise<FastifyReply> {
  const [pathname = '/'] = request.url.split('?');
  if (RESERVED.test(pathname)) throw new TestudoError('NOT_FOUND', `there is nothing at ${pathname.slice(0, 200)}`);
  const host = hostOf(request);
  const file = pathname === '/index.html' ? undefined : await files.read(pathname);
  if (file !== undefined) {
    void reply.headers({ ...policies.file(pathname, host), ...byEngine });
    return revalidated(request, reply, {
      type: file.contentType,
      content: file.bytes,
      isImmutable: HASHED.test(pathname),
    });
  }
  if (/\.[a-z0-9]+$/i.test(pathname) && pathname !== '/index.html' && !isNavigation(request)) {
    throw new TestudoError('NOT_FOUND', `the shell has no file ${pathname.slice(0, 200)}`);
  }
  void reply.headers(pageHeaders);
  // A service worker keeps what it fetches: hints of today would be wrong in its copy.
  if (request.headers['sec-fetch-mode'] === 'navigate') {
    void reply.header('link', preloadLinks(pathname, catalog.running().builds));
  }
  return revalidated(request, reply, { type: 'text/html; charset=utf-8', content: await renderPage(files) });
}

/** Paths that the router takes: it refuses what it cannot decode, and what is longer. */
const ROUTABLE = /^[\w./-]{1,100}$/;

/**
 * The address that a request is answered at: a navigation to one that the router would refuse gets the page as well,
 * which says what it makes of it.
 */
export function routableUrl(request: Pick<IncomingMessage, 'url' | 'headers'>): string {
  const { url = '/' } = request;
  const [path = '/'] = url.split('?');
  return isNavigation(request) && !RESERVED.test(path) && !ROUTABLE.test(path) ? '/' : url;
}

/** Whether a browser is to show the reply: to old engines' requests only what they accept tells. */
function isNavigation({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  return /^text\/html\b/.test(headers.accept ?? '');
}

function hostOf(request: FastifyRequest): string {
  return request.headers.host ?? 'localhost';
}

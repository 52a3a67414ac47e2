import type { AdmittedBuild } from '@testudo/fabric/catalog/admission-api';

/** What every first start asks the server for. */
const DOCUMENTS = ['/config.json', '/api/session', '/api/catalog'];

/**
 * The `Link` header by which a browser begins, beside the page, what every start needs: the server's documents, and
 * connections to where the application at a path comes from. No file of a remote is fetched so: a fetch that nobody
 * can give up would hold up the next try for as long as its origin is silent.
 * @param builds those that run now
 * @see RFC 8288; HTML, section 4.6.7 (preload, preconnect)
 */
export function preloadLinks(path: string, builds: readonly AdmittedBuild[]): string {
  const segment = path.split('/')[1] ?? '';
  const application = builds.find(({ remote }) => remote.kind === 'ui' && remote.route?.segment === segment);
  const first = application === undefined ? [] : [application, ...librariesOf(application, builds)];
  const origins = new Set(first.map(({ remote }) => new URL(remote.url).origin));
  const documents = DOCUMENTS.map((url) => `<${url}>; rel=preload; as=fetch; crossorigin`);
  return [...documents, ...Array.from(origins, (origin) => `<${origin}>; rel=preconnect; crossorigin`)].join(', ');
}

function librariesOf({ sidecar }: AdmittedBuild, builds: readonly AdmittedBuild[]): readonly AdmittedBuild[] {
  const { shareScope } = sidecar;
  return shareScope === undefined
    ? []
    : builds.filter((build) => build.remote.kind === 'library' && build.sidecar.shareScope === shareScope);
}

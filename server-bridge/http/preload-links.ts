import type { AdmittedBuild } from '@testudo/fabric/catalog/admission-api';

/** What every first start asks the server for. */
const DOCUMENTS = ['/config.json', '/api/session', '/api/catalog'];

/**
 * The `Link` header by which a browser fetches, beside the page, what the application at a path begins with. Only a
 * hint: the shell checks every byte all the same.
 * @param builds those that run now
 * @see RFC 8288; HTML, section 4.6.7.20 (preload)
 */
export function preloadLinks(path: string, builds: readonly AdmittedBuild[]): string {
  const segment = path.split('/')[1] ?? '';
  const application = builds.find(({ remote }) => remote.kind === 'ui' && remote.route?.segment === segment);
  const first = application === undefined ? [] : [application, ...librariesOf(application, builds)];
  return [...DOCUMENTS.map(fetchLink), ...first.flatMap(filesOf)].join(', ');
}

function librariesOf({ sidecar }: AdmittedBuild, builds: readonly AdmittedBuild[]): readonly AdmittedBuild[] {
  const { shareScope } = sidecar;
  return shareScope === undefined
    ? []
    : builds.filter((build) => build.remote.kind === 'library' && build.sidecar.shareScope === shareScope);
}

/** As the shell itself fetches them: a script or style element would be given a hint's failure, however often it is tried. */
function filesOf({ remote, sidecar: { preload = [] } }: AdmittedBuild): readonly string[] {
  const paths = preload.length === 0 ? [] : ['remote.json', ...preload];
  return paths.map((path) => fetchLink(new URL(path, remote.url).href));
}

function fetchLink(url: string): string {
  return `<${url}>; rel=preload; as=fetch; crossorigin`;
}

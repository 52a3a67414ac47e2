import type { Catalog, CatalogRemote } from '@testudo/fabric';

/** Which remotes run, which build of each, and the origin that each comes from. */
export function RemoteMap({ catalog }: { readonly catalog: Catalog }) {
  return (
    <section className="proof-map t-stack" aria-labelledby="proof-map">
      <div>
        <h2 id="proof-map">Put together from</h2>
        <p className="t-muted">
          Each part is built and served by itself, and every file is hashed before it runs. Catalogue revision{' '}
          {catalog.revision}.
        </p>
      </div>
      <ul>
        {catalog.remotes.map((remote) => (
          <Remote key={remote.name} remote={remote} />
        ))}
      </ul>
    </section>
  );
}

function Remote({ remote: { name, kind, build, url } }: { readonly remote: CatalogRemote }) {
  return (
    <li className="proof-remote" data-kind={kind}>
      <strong>{name}</strong>
      <span className="proof-remote__kind">{kind}</span>
      <code title="origin">{hostOf(url)}</code>
      <code className="t-muted" title="build">
        {build}
      </code>
    </li>
  );
}

function hostOf(url: string): string {
  return new URL(url, location.href).host;
}

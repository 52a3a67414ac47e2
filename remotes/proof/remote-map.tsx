import type { Catalog, CatalogRemote } from '@testudo/fabric';

/** Which remotes run, which build of each, and the origin that each comes from. */
export function RemoteMap({ catalog }: { readonly catalog: Catalog }) {
  return (
    <section className="proof-map t-card" aria-labelledby="proof-map">
      <h2 id="proof-map">Put together from</h2>
      <p className="t-muted t-small">
        Catalogue revision {catalog.revision}. Each part is built and served by itself; every file is hashed before it runs.
      </p>
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
      <span className="t-muted t-small">{kind}</span>
      <code className="t-muted">{build}</code>
      <code className="t-muted">{hostOf(url)}</code>
    </li>
  );
}

function hostOf(url: string): string {
  return new URL(url, location.href).host;
}

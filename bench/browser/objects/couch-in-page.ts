import { OBJECTS, PAGE } from './contestant.ts';
import { idOf, itemOf, pagesOf } from './source.ts';

type Answer = (request: { readonly query: URLSearchParams; readonly body: unknown }) => unknown;

const rev = '1-0123456789abcdef0123456789abcdef';

function docOf(index: number): object {
  const { id, ...fields } = itemOf(index);
  return { _id: id, _rev: rev, _revisions: { start: 1, ids: [rev.slice(2)] }, ...fields };
}

function respond(status: number, text: string): Response {
  return new Response(text, { status, headers: { 'content-type': 'application/json' } });
}

const count = (body: unknown, key: string): number =>
  (body as { readonly [key: string]: readonly unknown[] | undefined })[key]?.length ?? 0;

/**
 * As much of CouchDB's protocol as PouchDB's replication speaks, answered in the page from texts made beforehand.
 * @see CouchDB documentation, "CouchDB Replication Protocol"
 */
export function couchInPage(): { fetch(url: string, init?: RequestInit): Promise<Response>; received(): number } {
  const results = (index: number): object => ({ seq: index + 1, id: idOf(index), changes: [{ rev }] });
  const changes = pagesOf((indexes) => ({
    results: indexes.map(results),
    last_seq: (indexes.at(-1) ?? 0) + 1,
    pending: OBJECTS - 1 - (indexes.at(-1) ?? 0),
  }));
  const documents = pagesOf((indexes) => ({
    results: indexes.map((index) => ({ id: idOf(index), docs: [{ ok: docOf(index) }] })),
  }));
  const checkpoints = new Map<string, unknown>();
  let received = 0;
  const noChanges = JSON.stringify({ results: [], last_seq: OBJECTS, pending: 0 });

  const posts: { readonly [path: string]: Answer } = {
    _bulk_get: ({ body }) => {
      const [first] = (body as { readonly docs: readonly { readonly id: string }[] }).docs;
      return documents[Number(first?.id.slice(1)) / PAGE];
    },
    // Everything that was pulled from here is known here; the edited have a second revision.
    _revs_diff: ({ body }) =>
      Object.fromEntries(
        Object.entries(body as { readonly [id: string]: readonly string[] })
          .map(([id, revs]) => [id, revs.filter((each) => !each.startsWith('1-'))] as const)
          .filter(([, missing]) => missing.length > 0)
          .map(([id, missing]) => [id, { missing }]),
      ),
    _bulk_docs: ({ body }) => {
      received += count(body, 'docs');
      return [];
    },
  };

  function local(name: string, init: RequestInit): Response {
    if (init.method === 'PUT') {
      checkpoints.set(name, { ...(JSON.parse(String(init.body)) as object), _rev: '0-1' });
      return respond(201, JSON.stringify({ ok: true, id: name, rev: '0-1' }));
    }
    const known = checkpoints.get(name);
    return known === undefined
      ? respond(404, '{"error":"not_found","reason":"missing"}')
      : respond(200, JSON.stringify(known));
  }

  return {
    received: () => received,
    async fetch(url, init = {}) {
      const { pathname, searchParams } = new URL(url);
      const [, , path = '', ...rest] = pathname.split('/');
      if (path === '_local') return local(rest.join('/'), init);
      if (path === '_changes') {
        const since = Number(searchParams.get('since'));
        return respond(200, since >= OBJECTS ? noChanges : (changes[since / PAGE] ?? noChanges));
      }
      const post = posts[path];
      if (post === undefined) {
        return respond(
          200,
          JSON.stringify({ db_name: 'items', uuid: 'bench', doc_count: OBJECTS, update_seq: OBJECTS }),
        );
      }
      const answer = post({ query: searchParams, body: JSON.parse(String(init.body)) });
      return respond(200, typeof answer === 'string' ? answer : JSON.stringify(answer));
    },
  };
}

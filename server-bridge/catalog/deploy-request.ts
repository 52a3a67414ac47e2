import type { CatalogRemote } from '@testudo/fabric/catalog/catalog';
import { TestudoError } from '@testudo/fabric/error';
import * as v from 'valibot';

/** What a deployer asks for: this remote, from this URL on. */
export interface DeployRequest {
  readonly name: string;
  /** absolute URL of the build's `remote.json`; an older build's rolls back */
  readonly url: string;
  /** kind `ui`: where it is mounted; kept from the former build when absent */
  readonly route?: NonNullable<CatalogRemote['route']>;
  /** digest that `remote.json` must have; absent: what is fetched is pinned */
  readonly integrity?: string;
}

const reserved = ['api', 'health', 'metrics', 'sw.js', 'config.json', 'builds'];

const schema = v.strictObject({
  url: v.pipe(
    v.string(),
    v.maxLength(2000),
    v.check(
      (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol),
      'the absolute http(s) URL of a remote.json',
    ),
  ),
  route: v.exactOptional(
    v.strictObject({
      segment: v.pipe(
        v.string(),
        v.regex(/^([a-z][a-z0-9-]{0,39})?$/, 'one path segment of a-z 0-9 -, or empty for the root'),
        v.check((segment) => !reserved.includes(segment), `not one of ${reserved.join(' ')}`),
      ),
      title: v.pipe(v.string(), v.minLength(1), v.maxLength(60)),
      order: v.pipe(v.number(), v.integer(), v.minValue(0)),
    }),
  ),
  integrity: v.exactOptional(v.pipe(v.string(), v.regex(/^sha384-[A-Za-z0-9+/]{64}$/))),
});

/** A deploy request from untrusted data. @throws TestudoError `BAD_REQUEST` naming the key */
export function parseDeployRequest(name: string, body: unknown): DeployRequest {
  if (!/^[a-z][a-z0-9-]{0,39}$/.test(name)) {
    throw new TestudoError('BAD_REQUEST', 'a remote has a name of 1 to 40 of a-z 0-9 -, beginning with a letter');
  }
  const parsed = v.safeParse(schema, body);
  if (parsed.success) return { name, ...parsed.output };
  const issue = parsed.issues[0];
  throw new TestudoError('BAD_REQUEST', `deploy request: ${v.getDotPath(issue) ?? 'document'}: ${issue.message}`);
}

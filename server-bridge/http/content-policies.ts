import { createHash } from 'node:crypto';

import type { HostConfiguration } from '@testudo/fabric/host/host-options';

import type { Configuration } from '../configuration.ts';
import type { OriginPolicy } from '../origin-policy.ts';

/** Names of Trusted Types policies that may exist in a page: the shell's own, and what Vue and Svelte bring. */
const TRUSTED_TYPES = 'testudo vue svelte-trusted-html';

/** The headers that say what a document or a worker may load, run and talk to (DESIGN, section 8: `strict`, `legacy`). */
export interface ContentPolicies {
  /** @param host the request's checked `Host`, for the mesh socket */
  page(host: string, engine: { readonly isOld: boolean }): Headers;
  /** headers of a file of the shell; workers get a policy of their own */
  file(path: string, host: string): Headers;
  /** a digest that changes with the policy, but for addresses that are configured while the server runs */
  readonly digest: string;
}

type Headers = { readonly [name: string]: string };

/**
 * The strict policies: listed origins only, no eval, no nonce, Trusted Types, integrity demanded of every script. Old
 * engines hold workers to the page's policy as well, so theirs allows the blobs of a realm and the host's endpoints.
 */
export function createContentPolicies(
  configuration: Configuration,
  origins: OriginPolicy,
  host: () => HostConfiguration = () => configuration.host,
): ContentPolicies {
  const listed = origins.sources.join(' ');
  const endpoints = (): string => grantedOrigins(host()).join(' ');
  const socket = (name: string): string => `ws://${name} wss://${name}`;
  const page: ContentPolicies['page'] = (host, { isOld }) => ({
    ...common,
    'content-security-policy': directives({
      'default-src': `'none'`,
      'script-src': `'self' ${listed} ${isOld ? 'blob:' : ''}`,
      'style-src': `'self' 'unsafe-inline' ${listed}`,
      'img-src': `'self' data: ${listed}`,
      'font-src': `'self' ${listed}`,
      'connect-src': `'self' ${socket(host)} ${listed} ${isOld ? endpoints() : ''}`,
      'worker-src': `'self'`,
      'manifest-src': `'self'`,
      'object-src': `'none'`,
      'base-uri': `'none'`,
      'form-action': `'self'`,
      'frame-ancestors': `'none'`,
      'require-trusted-types-for': `'script'`,
      // Realms inherit this there, and refuse lockdown's probes for `eval` by a `default` policy; the page claims its own.
      'trusted-types': isOld ? `${TRUSTED_TYPES} default` : TRUSTED_TYPES,
    }),
    'integrity-policy': 'blocked-destinations=(script)',
    'cross-origin-opener-policy': 'same-origin',
  });
  const workers: { readonly [path: string]: (host: string) => string } = {
    '/host.js': (host) =>
      directives({
        'default-src': `'none'`,
        'script-src': `'self'`,
        'connect-src': `'self' ${socket(host)} ${listed} ${endpoints()}`,
      }),
    '/realm.js': () =>
      directives({
        'default-src': `'none'`,
        // Builds' WebAssembly, whose bytes the realm has verified; `eval` stays refused.
        'script-src': `'self' blob: 'wasm-unsafe-eval'`,
        'require-trusted-types-for': `'script'`,
        'trusted-types': 'testudo default',
      }),
    '/sw.js': () =>
      directives({ 'default-src': `'none'`, 'script-src': `'self'`, 'connect-src': `'self' ${listed} ${endpoints()}` }),
  };
  const file = (path: string, host: string): Headers => {
    const policy = workers[path];
    return policy === undefined ? common : { ...common, 'content-security-policy': policy(host) };
  };
  const pages = [page('', { isOld: false }), page('', { isOld: true })];
  const text = JSON.stringify([pages, Object.keys(workers).map((path) => file(path, ''))]);
  return { page, file, digest: createHash('sha256').update(text).digest('hex').slice(0, 16) };
}

const common: Headers = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' };

function directives(policy: { readonly [directive: string]: string }): string {
  return Object.entries(policy)
    .map(([directive, sources]) => `${directive} ${sources.trim().replaceAll(/ +/g, ' ')}`)
    .join('; ');
}

/** Where services of remotes may be fetched from: the host worker does it for the realm. */
function grantedOrigins(host: HostConfiguration): readonly string[] {
  const granted = Object.values(host.grants)
    .flat()
    .filter((grant) => !grant.startsWith('node:'));
  const urls = granted.map((grant) =>
    grant.startsWith('endpoint:') ? host.endpoints[grant.slice('endpoint:'.length)] : grant,
  );
  return [...new Set(urls.filter((url) => url !== undefined).map((url) => new URL(url).origin))];
}

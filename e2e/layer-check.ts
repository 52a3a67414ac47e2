import { posix } from 'node:path';

import { importSpecifiers } from './import-specifiers.ts';
import { allowedEdges, places } from './layer-rules.ts';
import type { Place } from './layer-rules.ts';

/** An import that the layers forbid. */
export interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: string;
}

/** What a scoped package of ours is, as a folder of the repository and the file behind its bare name. */
const PACKAGES: Readonly<Record<string, { readonly folder: string; readonly door: string }>> = {
  '@testudo/fabric': { folder: 'fabric', door: 'fabric/remote.ts' },
  '@testudo/shell': { folder: 'shell', door: 'shell/main.ts' },
  '@testudo/sw': { folder: 'sw', door: 'sw/sw.ts' },
  '@testudo/server-bridge': { folder: 'server-bridge', door: 'server-bridge/main.ts' },
  '@testudo/remote-preset': { folder: 'remotes/preset', door: 'remotes/preset/remote-preset.ts' },
};

const CODE = /\.(tsx?|mts|js|mjs)$/;

function placeOf(file: string): Place | undefined {
  return places.find(({ files }) => files.test(file));
}

/** A specifier as a file of the repository, as `node:…`, or `undefined` for third-party packages and data. */
export function resolveSpecifier(from: string, specifier: string): string | undefined {
  if (specifier.startsWith('node:')) return specifier;
  if (specifier.startsWith('.')) return CODE.test(specifier) ? posix.join(posix.dirname(from), specifier) : undefined;
  if (!specifier.startsWith('@testudo/')) return undefined;
  const [scope = '', name = '', ...rest] = specifier.split('/');
  const owner = PACKAGES[`${scope}/${name}`];
  if (owner === undefined) return `remotes/${name.replace(/^remote-/, '')}/${rest.join('/')}`;
  return rest.length === 0 ? owner.door : `${owner.folder}/${rest.join('/').replace(/\.ts$/, '')}.ts`;
}

function isSameRemote(from: string, to: string): boolean {
  return from.split('/')[1] === to.split('/')[1];
}

function ruleAgainst(from: string, to: string, place: Place): string | undefined {
  if (to.startsWith('node:'))
    return place.node ? undefined : `${place.name} runs in a browser and has no Node built-ins`;
  if (place.mayImport.includes('*')) return undefined;
  const target = placeOf(to);
  if (target === undefined) return `nothing is known of ${to}: give it a place in e2e/layer-rules.ts`;
  if (target.name === place.name && (place.name !== 'remote' || isSameRemote(from, to))) return undefined;
  if (place.mayImport.includes(target.name)) return undefined;
  if (allowedEdges.some((edge) => edge.from.test(from) && edge.to.test(to))) return undefined;
  return `${place.name} may import ${['itself', ...place.mayImport].join(', ')}; not ${target.name}`;
}

function violationsOf(from: string, source: string): readonly Violation[] {
  const place = placeOf(from);
  if (place === undefined) return [{ from, to: from, rule: 'give this file a place in e2e/layer-rules.ts' }];
  return importSpecifiers(source).flatMap((specifier) => {
    const to = resolveSpecifier(from, specifier);
    const rule = to === undefined ? undefined : ruleAgainst(from, to, place);
    return to === undefined || rule === undefined ? [] : [{ from, to, rule }];
  });
}

/** Every import that breaks the law of the layers, by file name. `sources` maps repository paths to texts. */
export function findViolations(sources: ReadonlyMap<string, string>): readonly Violation[] {
  return [...sources].flatMap(([from, source]) => violationsOf(from, source));
}

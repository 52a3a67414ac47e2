import type { HostReport } from '@testudo/fabric';

/** What a host has run of a remote: its build, and the digests that its realm computed over the bytes. */
export interface BuildSeal {
  readonly build: string;
  /** the digests of every file that ran, in the order of their paths, separated by a space */
  readonly digest: string;
  readonly files: number;
}

/** The build of a remote that new work of a host runs on; `undefined` while none has run. */
export function sealOf(report: HostReport | undefined, remote: string): BuildSeal | undefined {
  const realms = report === undefined ? [] : Object.keys(report.realms).map((name) => report.realms[name]);
  for (const realm of realms) {
    const run = realm?.builds.find((build) => build.remote === remote && build.state === 'current');
    if (run === undefined || run.executed.length === 0) continue;
    const files = [...run.executed].sort((a, b) => (a.path < b.path ? -1 : 1));
    return { build: run.build, digest: files.map(({ integrity }) => integrity).join(' '), files: files.length };
  }
  return undefined;
}

/** Whether two hosts ran the same bytes; `unknown` while one of them has run none, or does not answer. */
export function compareSeals(a: BuildSeal | undefined, b: BuildSeal | undefined): 'same' | 'different' | 'unknown' {
  if (a === undefined || b === undefined) return 'unknown';
  return a.digest === b.digest ? 'same' : 'different';
}

/** The beginning of a digest, long enough to compare by eye. */
export function shortDigest(digest: string): string {
  const [first = ''] = digest.split(' ');
  return `${first.slice(0, 17)}…`;
}

/**
 * A mosaic of six by six stones that a digest leads to, as rows of tones 0 (empty), 1 and 2, mirrored left to right.
 * Equal digests give equal mosaics; a change of one character changes every stone with probability 2/3.
 */
export function tessera(digest: string): readonly (readonly number[])[] {
  const stones = stonesOf(digest);
  return [0, 1, 2, 3, 4, 5].map((row) => {
    const half = [0, 1, 2].map((column) => (stones[row * 3 + column] ?? 0) % 3);
    return [...half, ...[...half].reverse()];
  });
}

/** Eighteen numbers from a text: FNV-1a, carried on from stone to stone. */
function stonesOf(text: string): readonly number[] {
  let hash = 0x811c9dc5;
  const mix = (code: number) => {
    hash = Math.imul(hash ^ code, 0x01000193) >>> 0;
  };
  for (const letter of text) mix(letter.charCodeAt(0));
  return Array.from({ length: 18 }, (_, index) => {
    mix(index + 1);
    return hash >>> 11;
  });
}

import type { HostReport } from '@testudo/fabric';

type ExecutedFiles = HostReport['realms'][string]['builds'][number]['executed'];

/** What a host has run of a remote: its build, and the digests that its realm computed over the bytes. */
export interface BuildSeal {
  readonly build: string;
  /** of the file that runs first; it names all others, by names that carry their content's hash */
  readonly digest: string;
  /** every file that ran so far; lazy ones run when they are first needed */
  readonly files: ExecutedFiles;
}

/** The build of a remote that new work of a host runs on; `undefined` while none has run. */
export function sealOf(report: HostReport | undefined, remote: string): BuildSeal | undefined {
  const realms = report === undefined ? [] : Object.keys(report.realms).map((name) => report.realms[name]);
  for (const realm of realms) {
    const run = realm?.builds.find((build) => build.remote === remote && build.state === 'current');
    const [entry] = run?.executed ?? [];
    if (run !== undefined && entry !== undefined)
      return { build: run.build, digest: entry.integrity, files: run.executed };
  }
  return undefined;
}

/**
 * Whether two hosts ran the same bytes: the same first file, and the same digest for every file that ran in both.
 * `unknown` while one of them has run none, or does not answer.
 */
export function compareSeals(a: BuildSeal | undefined, b: BuildSeal | undefined): 'same' | 'different' | 'unknown' {
  if (a === undefined || b === undefined) return 'unknown';
  if (a.digest !== b.digest) return 'different';
  const isOther = a.files.some(({ path, integrity }) =>
    b.files.some((file) => file.path === path && file.integrity !== integrity),
  );
  return isOther ? 'different' : 'same';
}

/** The beginning of a digest, long enough to compare by eye. */
export function shortDigest(digest: string): string {
  return `${digest.slice(0, 17)}…`;
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

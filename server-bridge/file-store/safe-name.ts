import { createHash } from 'node:crypto';

const MAX_LENGTH = 180;

/**
 * A file name for any text, on every file system: a-z, 0-9, `-` and `_` stand for themselves, every other code unit is
 * `=` and four hex digits; what would be too long is a digest, and begins with `~`. No two texts share a name.
 */
export function safeName(text: string): string {
  const name = `r-${text.replace(/[^a-z0-9_-]/g, hexOf)}`;
  return name.length <= MAX_LENGTH ? name : `~${createHash('sha256').update(JSON.stringify(text)).digest('hex')}`;
}

/** The text that a safe name stands for, or `undefined` for a digest and for what is no such name. */
export function textOf(name: string): string | undefined {
  if (!/^r-([a-z0-9_-]|=[0-9a-f]{4})*$/.test(name)) return undefined;
  return name.slice(2).replace(/=([0-9a-f]{4})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** Whether a file name stands for a text that would have been too long. */
export function isDigest(name: string): boolean {
  return /^~[0-9a-f]{64}$/.test(name);
}

function hexOf(character: string): string {
  return `=${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

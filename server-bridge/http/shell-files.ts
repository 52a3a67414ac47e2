import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';

/** One file of the built shell. */
export interface ShellFile {
  /** as in a URL, beginning with `/` */
  readonly path: string;
  readonly bytes: Buffer;
  readonly contentType: string;
  /** hex digest of the bytes */
  readonly revision: string;
}

/** The built shell as the server serves it. */
export interface ShellFiles {
  /** The file at a URL path, or `undefined`; never one outside the directory. */
  read(path: string): Promise<ShellFile | undefined>;
  list(): Promise<readonly ShellFile[]>;
}

const contentTypes: { readonly [extension: string]: string } = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};

/** The content type of a file by its name. */
export function contentTypeOf(path: string): string {
  return contentTypes[extname(path)] ?? 'application/octet-stream';
}

/** Files of a directory, read anew at each request: they are few, and a rebuild is then seen at once. */
export function createShellFiles(directory: string): ShellFiles {
  const read = async (path: string): Promise<ShellFile | undefined> => {
    if (!/^(\/[A-Za-z0-9_][A-Za-z0-9_.-]*)+$/.test(path)) return undefined;
    try {
      const bytes = await readFile(join(directory, path));
      return { path, bytes, contentType: contentTypeOf(path), revision: revisionOf(bytes) };
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  };
  return {
    read,
    async list() {
      const paths = await pathsUnder(directory);
      const files = await Promise.all(paths.map((path) => read(path)));
      return files.filter((file) => file !== undefined);
    },
  };
}

/** A short digest of some content, for ETags and precache revisions. */
export function revisionOf(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 20);
}

/** The SHA-384 of some content as browsers check it. */
export function integrityOf(content: Buffer | string): string {
  return `sha384-${createHash('sha384').update(content).digest('base64')}`;
}

async function pathsUnder(directory: string): Promise<readonly string[]> {
  try {
    const names = await readdir(directory, { recursive: true });
    return names.map((name) => `/${name.replaceAll(sep, '/')}`).sort();
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

function isAbsent(error: unknown): boolean {
  const code = (error as { code?: string }).code ?? '';
  return ['ENOENT', 'ENOTDIR', 'EISDIR'].includes(code);
}
